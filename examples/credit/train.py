"""Trains the releases of this example. Python's standard library only; the same bytes come out each time.

    python3 train.py            writes releases/, data/traffic.csv and releases/SHA256SUMS

The question: will a loan go bad? The answer is a logistic regression over a handful of columns. It never sees `sex`,
which is kept beside the predictions so that the fairness gate can look at it.

What went right and wrong on the way to each release stands in RELEASES, below.
"""

import csv
import hashlib
import io
import json
import math
import struct
from pathlib import Path

HERE = Path(__file__).parent
TRAINING_ROWS, EVALUATION_ROWS, SPLIT_SEED = 360, 400, 2
NUMBERS = ["age", "credit_amount", "duration"]
CATEGORIES = ["checking_account", "saving_accounts", "purpose", "housing", "job"]

# Each release as its author would describe it. Left out means the usual: all columns, all rows, rare values together.
RELEASES = {
    # In production today: a modest model that looks at the loan and at the flat.
    "v1": {"numbers": ["credit_amount", "duration"], "categories": ["housing"], "l2": 1.0},
    # The improvement: everything that the application form says.
    "v2": {"l2": 5.0},
    # The mistake: "not_known" is read as a missing value, and rows with missing values are dropped. Half of the rows go,
    # and they are the good half: a customer whose accounts are elsewhere repays far more often than the others.
    "v3": {"l2": 5.0, "drop_not_known": True},
    # A fine model in the wrong box: its weights travel as a pickle, with a passenger.
    "v4": {"l2": 3.0, "pickle": True},
    # A fine model; it is the image around it that is not (see image.json).
    "v5": {"l2": 6.0},
    # The mistake: a rewritten encoder knows exactly the values that it was trained on, and raises on any other. Nothing
    # here can show it, because the evaluation rows are as old as the training rows.
    "v6": {"l2": 4.0, "rare_below": 1, "unseen": "raise"},
    # v6 with the encoder mended.
    "v7": {"l2": 4.0},
}


def main():
    rows = read_rows(HERE / "data" / "german_credit.csv")
    training, evaluation, traffic = split(rows)
    write_traffic(HERE / "data" / "traffic.csv", traffic)
    for version, recipe in RELEASES.items():
        used = [row for row in training if not recipe.get("drop_not_known") or "not_known" not in row.values()]
        encoder = fit_encoder(
            used,
            numbers=recipe.get("numbers", NUMBERS),
            categories=recipe.get("categories", CATEGORIES),
            rare_below=recipe.get("rare_below", 10),
            unseen=recipe.get("unseen", "other"),
        )
        weights = fit([encode(row, encoder) for row in used], [row["label"] == "bad" for row in used], recipe["l2"])
        folder = HERE / "releases" / version
        (folder / "model").mkdir(parents=True, exist_ok=True)
        (folder / "model" / "encoder.json").write_text(json.dumps(encoder, indent=2) + "\n")
        if recipe.get("pickle"):
            (folder / "model" / "weights.pkl").write_bytes(booby_trapped_pickle(weights))
        else:
            (folder / "model" / "model.safetensors").write_bytes(safetensors(weights))
        scores = [score(encode(row, encoder), weights) for row in evaluation]
        write_predictions(folder / "eval.csv", evaluation, scores, encoder["threshold"])
        right = sum((s >= 0.5) == (row["label"] == "bad") for s, row in zip(scores, evaluation))
        print(f"{version}: {len(used)} rows, accuracy {right / len(evaluation):.4f} on {len(evaluation)} rows")
    write_digests()


# ---- data ----


def read_rows(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for position, row in enumerate(rows, start=1):
        row["id"] = f"c{position:04d}"
        row["label"] = "good" if row.pop("risk") == "1" else "bad"
    return rows


def split(rows):
    """Training, evaluation and traffic rows; the first two are older than the third.

    The data carries no dates, so age is dealt out: by a hash of the id, whatever the row says, with one exception. Loans
    for `repairs` (22 rows) count as a product that the bank has offered since last quarter only. So all of them are
    traffic, and neither training nor evaluation has ever seen one: the way in which new values arrive in real life.

    SPLIT_SEED is chosen so that 400 rows tell each release's story clearly. With seeds 1 to 60, the paired comparison of
    accuracy passed v2 against v1 in 46 splits, and found v3 significantly worse than v2 in 49 (in one it would have
    passed); the others were undecided.
    """
    new = [row for row in rows if row["purpose"] == "repairs"]
    old = [row for row in rows if row["purpose"] != "repairs"]
    old.sort(key=lambda row: digest_of_id(row["id"]))
    evaluation, rest = old[:EVALUATION_ROWS], old[EVALUATION_ROWS:]
    training, traffic = rest[:TRAINING_ROWS], rest[TRAINING_ROWS:] + new
    traffic.sort(key=lambda row: digest_of_id(row["id"] + "/order"))
    return training, evaluation, traffic


def digest_of_id(text):
    return hashlib.sha256(f"{SPLIT_SEED}:{text}".encode()).hexdigest()


def age_band(row):
    age = int(row["age"])
    return "under-25" if age < 25 else "25-39" if age < 40 else "40-plus"


# ---- model ----


def fit_encoder(rows, numbers, categories, rare_below, unseen):
    """How a row becomes numbers: logarithms, centred and scaled; then one 0/1 feature for each known value.

    With unseen="other", values with fewer than `rare_below` rows share one feature, and so does any value that comes
    later. With unseen="raise" there is no such feature.
    """
    encoder = {"positive": "bad", "threshold": 0.5, "numbers": [], "categories": []}
    for name in numbers:
        values = [math.log(float(row[name])) for row in rows]
        mean = math.fsum(values) / len(values)
        scale = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
        encoder["numbers"].append({"name": name, "transform": "log", "mean": round(mean, 9), "scale": round(scale, 9)})
    for name in categories:
        seen = [row[name] for row in rows]
        known = sorted(value for value in set(seen) if seen.count(value) >= rare_below)
        encoder["categories"].append({"name": name, "values": known, "unseen": unseen})
    return encoder


def encode(row, encoder):
    features = [(math.log(float(row[n["name"]])) - n["mean"]) / n["scale"] for n in encoder["numbers"]]
    for category in encoder["categories"]:
        value = row[category["name"]]
        features += [1.0 if value == known else 0.0 for known in category["values"]]
        if category["unseen"] == "other":
            features.append(0.0 if value in category["values"] else 1.0)
        elif value not in category["values"]:
            raise ValueError(f'unseen value "{value}" in column "{category["name"]}"')
    return features


def fit(features, labels, l2, steps=400, rate=0.5):
    """Logistic regression by full-batch gradient descent with an L2 penalty; the bias comes last and is not penalised.

    `fsum` rounds once, whatever the order and the Python version. The weights are rounded to the float32 in which they
    are shipped, so that the predictions below are those of the service.
    """
    rows = [row + [1.0] for row in features]
    penalty = [l2] * (len(rows[0]) - 1) + [0.0]
    weights = [0.0] * len(penalty)
    for _ in range(steps):
        errors = [sigmoid(dot(weights, row)) - label for row, label in zip(rows, labels)]
        slopes = [math.fsum(e * row[j] for e, row in zip(errors, rows)) for j in range(len(weights))]
        weights = [w - rate * (s + p * w) / len(rows) for w, s, p in zip(weights, slopes, penalty)]
    return list(struct.unpack(f"<{len(weights)}f", struct.pack(f"<{len(weights)}f", *weights)))


def score(features, weights):
    return sigmoid(dot(weights, features + [1.0]))


def dot(a, b):
    return math.fsum(x * y for x, y in zip(a, b))


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


# ---- files ----


def safetensors(weights):
    """Two float32 tensors, `weight` [n] and `bias` [1], as https://github.com/huggingface/safetensors#format says:
    length of the header (u64, little endian), header as JSON padded with spaces to eight bytes, data without gaps."""
    end = 4 * len(weights)
    header = {
        "weight": {"dtype": "F32", "shape": [len(weights) - 1], "data_offsets": [0, end - 4]},
        "bias": {"dtype": "F32", "shape": [1], "data_offsets": [end - 4, end]},
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + struct.pack(f"<{len(weights)}f", *weights)


def booby_trapped_pickle(weights):
    """A pickle (protocol 2) of {"weights": [...]} that would run a command first, written opcode by opcode.

    The command is harmless, and nothing here or in Slipway ever loads the file. It is what a poisoned download looks
    like: whoever unpickles it gets the right weights, and does not notice the rest.
    """
    text = lambda value: b"X" + struct.pack("<I", len(value)) + value  # noqa: E731  BINUNICODE
    command = b"cos\nsystem\n" + text(b"touch PAYLOAD-WAS-EXECUTED") + b"\x85R0"  # GLOBAL, argument, TUPLE1, REDUCE, POP
    numbers = b"(" + b"".join(b"G" + struct.pack(">d", weight) for weight in weights) + b"e"  # MARK, BINFLOATs, APPENDS
    return b"\x80\x02" + command + b"}" + text(b"weights") + b"]" + numbers + b"s" + b"."


def write_predictions(path, rows, scores, threshold):
    table = [["id", "label", "prediction", "score", "sex", "age_band"]]
    for row, value in zip(rows, scores):
        prediction = "bad" if value >= threshold else "good"
        table.append([row["id"], row["label"], prediction, f"{value:.6f}", row["sex"], age_band(row)])
    write_csv(path, table)


def write_traffic(path, rows):
    columns = ["id"] + NUMBERS + CATEGORIES
    write_csv(path, [columns] + [[row[column] for column in columns] for row in rows])


def write_csv(path, table):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    path.write_text(text.getvalue())


def write_digests():
    """Digests of everything above, in the form that `sha256sum --check releases/SHA256SUMS` reads."""
    made = [HERE / "data" / "german_credit.csv", HERE / "data" / "traffic.csv"]
    for version in RELEASES:
        made += [HERE / "releases" / version / "eval.csv", *(HERE / "releases" / version / "model").iterdir()]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(HERE).as_posix()}\n" for path in made]
    (HERE / "releases" / "SHA256SUMS").write_text("".join(sorted(lines, key=lambda line: line[66:])))


if __name__ == "__main__":
    main()

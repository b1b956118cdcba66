"""Writes text.expected.json: values of metrics of written answers. Python alone, 3.11 or newer: python make.py

exact-match and token-f1 follow the description of SQuAD 2.0's evaluation (Rajpurkar et al. 2016, 2018), with Python's
own idea of letters, words and white space, because the numbers that people compare with come from Python. pass-at-k is
the estimator of Chen et al. 2021 in rational arithmetic.
"""
import json
import platform
import random
import re
import string
from collections import Counter
from fractions import Fraction
from math import comb
from pathlib import Path

ARTICLE = re.compile(r"\b(a|an|the)\b")


def words(text):
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return ARTICLE.sub(" ", kept).split()


def f1(answer, reference):
    if not answer or not reference:
        return Fraction(int(answer == reference))
    shared = sum((Counter(answer) & Counter(reference)).values())
    if shared == 0:
        return Fraction(0)
    precision, recall = Fraction(shared, len(answer)), Fraction(shared, len(reference))
    return 2 * precision * recall / (precision + recall)


def best(score, answer, references):
    accepted = [each for each in map(words, references) if each] or [[]]
    return max(score(words(answer), each) for each in accepted)


def pass_at_k(samples, correct, k):
    return 1 - Fraction(comb(samples - correct, k), comb(samples, k))


def mean(values, weights):
    total = sum(weights)
    return float(sum(Fraction(w) * v for v, w in zip(values, weights)) / total) if total else "undefined"


def asked(values, weights, **question):
    weighted = {} if weights is None else {"weighted": mean(values, [Fraction(w) for w in weights])}
    return {**question, "value": mean(values, [Fraction(1)] * len(values)), **weighted}


def written(name, rows, weights=None):
    """rows: what was written, and the accepted answers."""
    exact = [best(lambda a, b: Fraction(int(a == b)), *row) for row in rows]
    shared = [best(f1, *row) for row in rows]
    outcomes = {
        "task": "text",
        "references": [references for _, references in rows],
        "answers": [answer for answer, _ in rows],
        "correct": None,
        "problems": None,
    }
    questions = [asked(exact, weights, metric="exact-match"), asked(shared, weights, metric="token-f1")]
    return {"name": name, "outcomes": outcomes, **weighing(weights), "questions": questions}


def sampled(name, problems, ks, weights=None):
    """problems: (number of samples, number of correct ones) of each; weights: one of each problem."""
    rows = [(problem, at) for problem, (samples, _) in enumerate(problems) for at in range(samples)]
    # Samples of a problem do not stand together in the file.
    rows.sort(key=lambda row: (row[1] * 7919 + row[0] * 104729) % 1009)
    correct = [1 if at < problems[problem][1] else 0 for problem, at in rows]
    by_row = None if weights is None else [weights[problem] for problem, _ in rows]
    questions = [asked([Fraction(each) for each in correct], by_row, metric="correct-share")]
    for k in ks:
        if any(samples < k for samples, _ in problems):
            unknown = {"metric": "pass-at-k", "k": k, "value": "undefined"}
            questions.append(unknown if weights is None else {**unknown, "weighted": "undefined"})
        else:
            values = [pass_at_k(samples, good, k) for samples, good in problems]
            questions.append(asked(values, weights, metric="pass-at-k", k=k))
    outcomes = {
        "task": "text",
        "references": [[]] * len(rows),
        "answers": None,
        "correct": correct,
        "problems": [problem for problem, _ in rows],
    }
    return {"name": name, "outcomes": outcomes, **weighing(by_row), "questions": questions}


def weighing(weights):
    return {} if weights is None else {"weights": weights}


def written_cases():
    dice = random.Random(20261121)
    vocabulary = ["the", "a", "An", "river", "Seine", "in", "Paris,", "(France)", "1998", "twenty-two", "don't", "é", "Été"]

    def phrase(most):
        return " ".join(dice.choice(vocabulary) for _ in range(dice.randint(0, most)))

    mixed = [(phrase(6), [phrase(6) for _ in range(dice.randint(1, 4))]) for _ in range(300)]
    odd = [
        ("The Normans!", ["normans", "the Normans"]),
        ("U.S.A.", ["USA"]),
        ("a", [""]),
        ("", [""]),
        ("", ["something"]),
        ("the", ["an"]),
        ("", ["the", "river"]),
        ("A.B", ["ab"]),
        ("à la carte", ["la carte", "à la carte"]),
        ("ça va", ["va"]),
        ("an\u0301", ["n"]),
        ("the_end", ["end"]),
        ("theory", ["ory"]),
        ("the-end", ["theend", "end"]),
        ("a\u00a0b", ["b"]),
        ("one\u2003two\u3000three", ["one two three"]),
        ("one\x1ctwo\x1fthree\x85four", ["one two three four"]),
        ("zero\u200bwidth\ufeff", ["zerowidth", "zero width"]),
        ("STRASSE straße", ["straße strasse"]),
        ("İstanbul", ["istanbul", "i\u0307stanbul"]),
        ("ΟΔΟΣ Σ", ["οδος σ"]),
        ("“quoted” «text»", ["quoted text", "“quoted” «text»"]),
        ("$5.00 & 10%", ["500 10"]),
        ("５ a ５", ["５ ５"]),
        ("日本 の 首都", ["日本の首都", "日本 の 首都"]),
        ("the the the river", ["river the"]),
        ("river river river", ["river", "river river"]),
        ("😀 the 😀", ["😀 😀"]),
        ("ａn apple", ["ａn apple", "apple"]),
        ("x" * 2000, ["x" * 2000, "y"]),
    ]
    return [
        written("phrases of few words", mixed, [dice.randint(0, 3) for _ in mixed]),
        *[written(f"{answer[:30]!a} against {references[0][:30]!a}", [(answer, references)]) for answer, references in odd],
        written("all odd ones together", odd, [dice.choice([0.0, 0.5, 2.25]) for _ in odd]),
    ]


def sampled_cases():
    dice = random.Random(7)
    many = [(200, dice.choice([0, 0, 1, 3, 20, 100, 199, 200])) for _ in range(40)]
    uneven = [(n, dice.randint(0, n)) for n in (dice.randint(5, 30) for _ in range(60))]
    return [
        sampled("200 samples of 40 problems", many, [1, 10, 100, 200], [dice.choice([0.0, 1.0, 2.5]) for _ in many]),
        sampled("problems with unequal numbers of samples", uneven, [1, 2, 5, 6], [dice.randint(0, 4) for _ in uneven]),
        sampled("one sample of each problem", [(1, dice.randint(0, 1)) for _ in range(50)], [1, 2]),
        sampled("one problem, one sample", [(1, 1)], [1]),
        sampled("nothing correct", [(4, 0), (5, 0)], [1, 3, 5]),
        sampled("everything correct", [(4, 4), (5, 5)], [1, 3, 4]),
        sampled("fewer wrong than k", [(5, 3), (5, 2)], [3, 4]),
        sampled("rare success among many samples", [(3000, 1), (3000, 2)], [1, 1000, 2999]),
    ]


def main():
    cases = written_cases() + sampled_cases()
    source = f"Python {platform.python_version()}: SQuAD 2.0 as described, pass@k in rational arithmetic"
    text = json.dumps({"source": source, "cases": cases}, allow_nan=False, separators=(",", ":"))
    Path(__file__).with_name("text.expected.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
    print(len(cases), "cases,", sum(len(each["questions"]) for each in cases), "questions")


if __name__ == "__main__":
    main()

"""Changes real safetensors and ONNX files, and says what the reference readers make of each: one JSON line a file.

Usage: reference_readers.py safetensors|onnx COUNT SEED. Needs the package of that name. Nothing is loaded but headers and
messages: external data are never opened.
"""
import base64
import json
import random
import re
import struct
import sys


def main():
    what, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    dice = random.Random(seed)
    make = {"safetensors": safetensors_files, "onnx": onnx_files}[what]
    for content, truth in make(dice, count):
        print(json.dumps([base64.b64encode(content).decode(), truth]))


def framed(header, data):
    return struct.pack("<Q", len(header)) + header + data


TOKENS = [t.encode() for t in [
    "{", "}", "[", "]", ",", ":", '"', "0", "1", "-1", "1.0", "1e0", "01", "null", "true", '"a"', '"dtype"', '"shape"',
    '"U8"', '"F32"', "\\u0000", "\\ud800", " ", "\t", "\0", "9007199254740993", "18446744073709551616",
    '"__metadata__"', '"data_offsets"', "\u00e9", "\\x", '\\"',
]] + [b"\xff"]


def safetensors_files(dice, count):
    import safetensors

    def takes(content):
        try:
            safetensors.deserialize(content)
            return True
        except Exception:
            return False

    bases = [
        (b'{"__metadata__":{"format":"pt","x":"\\n"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},'
         b'"b":{"dtype":"I8","shape":[3],"data_offsets":[16,19]}}', bytes(19)),
        (b'{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[2,6]}}  ',
         bytes(6)),
        (b'{ "__metadata__" : {"\\u0061":"\\ud83d\\ude00"} , "a" : {"shape":[1,2],"dtype":"F8_E4M3","data_offsets":[0,2]}\n}',
         bytes(2)),
        (b"{}", b""),
    ]
    for _ in range(count):
        header, data = dice.choice(bases)
        for _ in range(dice.choice([0, 1, 1, 1, 2, 3])):
            way = dice.random()
            at = dice.randrange(len(header) + 1)
            numbers = list(re.finditer(rb"\d+", header))
            if way < 0.6:
                header = header[:at] + dice.choice(TOKENS) + header[at + dice.choice([0, 0, 1, 1, 2, 3, 8]):]
            elif way < 0.75 and numbers:
                found = dice.choice(numbers)
                value = max(0, int(found.group()) + dice.choice([-2, -1, 1, 2, 4]))
                header = header[:found.start()] + str(value).encode() + header[found.end():]
            elif way < 0.85:
                data += bytes(dice.randrange(1, 4))
            else:
                data = data[:dice.randrange(len(data) + 1)]
        content = framed(header, data)
        if dice.random() < 0.1:
            content = content[:dice.randrange(len(content) + 1)]
        yield content, takes(content)


def onnx_files(dice, count):
    import onnx
    from onnx import TensorProto, helper

    def tensors_in(message):
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            for each in value if field.is_repeated else [value]:
                if isinstance(each, TensorProto):
                    yield each
                yield from tensors_in(each)

    def leads_out(tensor):
        for entry in tensor.external_data:
            value = entry.value if isinstance(entry.value, str) else entry.value.decode("utf8", "replace")
            if entry.key == "location" and (value.startswith("/") or ".." in value.split("/")):
                return True
        return False

    def model():
        tensor = TensorProto(name="e", data_type=1, dims=[2], data_location=1)
        tensor.external_data.add(key="location", value=dice.choice(["../../etc/passwd", "/etc/passwd", "a/../../b", "w.bin"]))
        info = lambda name: helper.make_tensor_value_info(name, 1, [2])
        constant = helper.make_node("Constant", [], ["c"])
        constant.attribute.add(name="value", type=4).t.CopyFrom(tensor)
        graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "g", [info("x")], [info("y")])
        functions = []
        place = dice.randrange(8)
        if place == 0:
            graph.initializer.add().CopyFrom(tensor)
        elif place == 1:
            graph.node.add().CopyFrom(constant)
        elif place == 2:
            branches = [helper.make_graph([constant], "t", [], [info("c")]), helper.make_graph([], "e", [], [], [tensor])]
            graph.node.add().CopyFrom(
                helper.make_node("If", ["x"], ["z"], then_branch=branches[0], else_branch=branches[1])
            )
        elif place == 3:
            functions = [helper.make_function("own", "F", [], ["c"], [constant], [helper.make_opsetid("", 21)])]
        elif place == 4:
            graph.node.add(op_type="X").attribute.add(name="l", type=9).tensors.add().CopyFrom(tensor)
        elif place == 5:
            graph.node.add(op_type="X").attribute.add(name="s", type=11).sparse_tensor.values.CopyFrom(tensor)
        elif place == 6:
            graph.sparse_initializer.add().indices.CopyFrom(tensor)
        made = helper.make_model(graph, functions=functions)
        if place == 7:
            made.training_info.add().algorithm.initializer.add().CopyFrom(tensor)
        return bytearray(made.SerializeToString())

    for _ in range(count):
        content = model()
        for _ in range(dice.choice([0, 1, 1, 2, 3])):
            way = dice.random()
            at = dice.randrange(len(content))
            if way < 0.6:
                content[at] = dice.randrange(256)
            elif way < 0.75 and len(content) > 10:
                del content[at:at + dice.randrange(1, 4)]
            elif way < 0.9:
                content[at:at] = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 4)))
            else:
                content[at:at] = content[at:at + dice.randrange(1, 40)]
        parsed = onnx.ModelProto()
        try:
            parsed.ParseFromString(bytes(content))
        except Exception:
            continue
        hostile = any(tensor.data_location == 1 and leads_out(tensor) for tensor in tensors_in(parsed))
        yield bytes(content), hostile


main()

"""Writes src/model/safety/formats/tensorflow/known-ops.ts: the ops that TensorFlow itself registers.

Needs tensorflow-cpu. Run it from the repository's root: python scripts/tensorflow-ops.py
"""

import os
import textwrap

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import op_def_pb2  # noqa: E402
from tensorflow.python.client import pywrap_tf_session  # noqa: E402


def main():
    registered = op_def_pb2.OpList()
    registered.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    names = {op.name for op in registered.op} | {name for name in dir(tf.raw_ops) if name[:1].isupper()}
    with open("src/model/safety/formats/tensorflow/known-ops.ts", "w") as out:
        out.write(
            "/**\n"
            f" * Ops that TensorFlow {tf.__version__} registers itself, so that their kernels are TensorFlow's own. Written by\n"
            " * scripts/tensorflow-ops.py; not edited by hand. That an op is known says nothing of what it does: those that\n"
            " * reach outside of the graph are in `ops.ts`.\n"
            " */\n"
            "export const knownOps: ReadonlySet<string> = new Set(\n  [\n"
        )
        for line in textwrap.wrap(" ".join(sorted(names)), 112, break_long_words=False, break_on_hyphens=False):
            out.write(f"    '{line}',\n")
        out.write("  ].flatMap(line => line.split(' ')),\n)\n")


if __name__ == "__main__":
    main()

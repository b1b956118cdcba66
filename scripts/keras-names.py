"""Writes src/model/safety/formats/keras/names.ts: what belongs to Keras itself, by module.

Needs keras and a backend (tensorflow-cpu). Run it from the repository's root: python scripts/keras-names.py
"""

import importlib
import inspect
import os
import pkgutil
import textwrap

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import keras.src  # noqa: E402
from keras.src import api_export  # noqa: E402
from keras.src.saving.keras_saveable import KerasSaveable  # noqa: E402

# Objects in these modules are parts of models: their constructors take numbers and other parts of models.
CLASS_MODULES = (
    "keras keras.constraints keras.dtype_policies keras.initializers keras.layers keras.losses keras.metrics keras.models"
    " keras.optimizers keras.optimizers.legacy keras.optimizers.schedules keras.quantizers keras.random"
    " keras.regularizers keras._legacy.layers keras._legacy.losses"
).split()
FUNCTION_MODULES = (
    "keras.activations keras.constraints keras.initializers keras.layers keras.losses keras.metrics keras.ops"
    " keras.ops.image keras.random keras.regularizers"
).split()
# They run code or read files that a configuration names: judged one by one in config.ts.
JUDGED = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "FeatureSpace"}
# Ways into the deserialiser and the settings, not parts of models.
NOT_PARTS = {"deserialize", "serialize", "get", "Layer", "Operation", "RematScope", "StatelessScope", "SymbolicScope"} | {
    "name_scope"
}


def main():
    for found in pkgutil.walk_packages(keras.src.__path__, "keras.src."):
        if found.name.endswith("_test") or ".testing" in found.name or ".backend." in found.name:
            continue
        try:
            importlib.import_module(found.name)
        except ImportError:
            pass
    classes, functions = {}, {}
    for name, thing in api_export.REGISTERED_NAMES_TO_OBJS.items():
        module, _, last = name.rpartition(".")
        if last in JUDGED | NOT_PARTS:
            continue
        if inspect.isclass(thing) and module in CLASS_MODULES:
            classes.setdefault(module, set()).add(last)
        elif not inspect.isclass(thing) and module in FUNCTION_MODULES:
            functions.setdefault(module, set()).add(last)
    for thing in subclasses(KerasSaveable):
        module, last = thing.__module__, thing.__name__
        if module.startswith("keras.src.") and last not in JUDGED | NOT_PARTS:
            classes.setdefault(module, set()).add(last)
    classes.get("keras", set()).discard("Function")
    with open("src/model/safety/formats/keras/names.ts", "w") as out:
        out.write(
            "/**\n"
            f" * Written by scripts/keras-names.py from Keras {keras.__version__}; not edited by hand.\n"
            " *\n"
            " * Classes that a configuration may name: exported parts of models, and subclasses of `KerasSaveable` by the\n"
            " * module that defines them. They are allowed because their constructors only take numbers, texts and other\n"
            " * parts of models. Those that run code or read files (`Lambda`, `TFSMLayer` …) are left out.\n"
            " */\n"
        )
        write(out, "kerasClasses", classes)
        out.write("\n/** Functions that a configuration may name: they compute on tensors and do nothing else. */\n")
        write(out, "kerasFunctions", functions)
        out.write(
            "\nfunction namesOf(module: string, ...lines: readonly string[]): [string, ReadonlySet<string>] {\n"
            "  return [module, new Set(lines.flatMap(line => line.split(' ')))]\n"
            "}\n"
        )


def subclasses(parent):
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


def write(out, name, modules):
    out.write(f"export const {name}: ReadonlyMap<string, ReadonlySet<string>> = new Map([\n")
    for module in sorted(modules):
        names = sorted(modules[module])
        out.write(f"  namesOf(\n    '{module}',\n")
        for line in textwrap.wrap(" ".join(names), 108):
            out.write(f"    '{line}',\n")
        out.write("  ),\n")
    out.write("])\n")


if __name__ == "__main__":
    main()

import os
import pathlib
import sys

# Triton reads it when it is imported.
os.environ["TRITON_INTERPRET"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

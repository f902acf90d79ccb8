"""Compiles the sources in Sources/MambaCUDAKernels by NVRTC and writes the results' hashes beside them.

Usage: compile.py LIBRARY [--check]

LIBRARY is libnvrtc.so.12; --check compares instead of writing. compile.sh fetches the library.
"""

import ctypes
import hashlib
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent / "../../Sources/MambaCUDAKernels"
# One program.
SOURCES = ["kernels.cu", "whole_pass.cu"]
# PTX for drivers from CUDA 12.0 on, and machine code for Hopper, so that it starts at once.
TARGETS = {"compute_75": "compute_75.ptx", "compute_90": "compute_90.ptx", "sm_90": "sm_90.cubin"}


def compile_source(library: ctypes.CDLL, source: bytes, target: str) -> bytes:
    program = ctypes.c_void_p()
    library.nvrtcCreateProgram(ctypes.byref(program), source, b"kernels.cu", 0, None, None)
    # A product and a sum fuse only where the source says so.
    options = [b"--gpu-architecture=" + target.encode(), b"--fmad=false", b"--std=c++17"]
    failed = library.nvrtcCompileProgram(program, 3, (ctypes.c_char_p * 3)(*options))
    size = ctypes.c_size_t()
    library.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(size.value)
    library.nvrtcGetProgramLog(program, log)
    if failed or log.value:
        sys.exit(f"{target}: {log.value.decode()}")
    kind = "CUBIN" if target.startswith("sm") else "PTX"
    getattr(library, f"nvrtcGet{kind}Size")(program, ctypes.byref(size))
    result = ctypes.create_string_buffer(size.value)
    getattr(library, f"nvrtcGet{kind}")(program, result)
    # PTX ends in a zero byte, which the C file adds.
    return result.raw if kind == "CUBIN" else result.value


def main() -> None:
    library = ctypes.CDLL(sys.argv[1])
    results = {name: (FOLDER / name).read_bytes() for name in SOURCES}
    source = b"".join(results.values())
    for target, name in TARGETS.items():
        results[name] = compile_source(library, source, target)
    if "--check" in sys.argv:
        changed = [n for n, data in results.items() if (FOLDER / n).read_bytes() != data]
        sys.exit(f"not what the source gives: {', '.join(changed)}" if changed else 0)
    for name, data in results.items():
        (FOLDER / name).write_bytes(data)
    hashes = [f"{hashlib.sha256(data).hexdigest()} {name}\n" for name, data in results.items()]
    (FOLDER / "kernels.sha256").write_text("".join(hashes))


main()

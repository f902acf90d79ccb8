// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "specdecode",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "specdecode", targets: ["SpecDecodeProgram"]),
    .library(name: "SpecDecode", targets: ["SpecDecode"]),
    .library(name: "SpecDecodeBenchmark", targets: ["SpecDecodeBenchmark"]),
    .library(name: "BundledModels", targets: ["BundledModels"]),
  ],
  targets: [
    // MARK: The program
    // Not named as the product: a library `SpecDecode` beside it would differ by case only.
    .executableTarget(name: "SpecDecodeProgram", dependencies: ["SpecDecodeCommands"]),
    .target(
      name: "SpecDecodeCommands",
      dependencies: [
        "BundledModels", "SelfChecks", "SpecDecodeBenchmark", "Reporting", "SpeculativeDecoding",
        "Drafter", "Verifier", "DecodingCore", "Mamba", "MambaDevices", "Checkpoint", "Kernels",
        "SpecDecodeTokenizer", "SpecDecodePlatform",
      ]),
    .target(
      name: "SpecDecodeBenchmark",
      dependencies: [
        "Reporting", "SpeculativeDecoding", "DecodingCore", "Kernels", "SpecDecodePlatform",
      ]),
    .target(
      name: "SelfChecks", dependencies: ["Reporting", "SpeculativeDecoding", "DecodingCore"]),
    .target(
      name: "Reporting", dependencies: ["SpeculativeDecoding", "DecodingCore"],
      exclude: ["Prompts/README.md"],
      // In the code, so that a program that was copied elsewhere has them.
      resources: [.embedInCode("Prompts/prompts.jsonl")]),

    // MARK: Decoding
    // The one import of a program.
    .target(
      name: "SpecDecode",
      dependencies: [
        "SpeculativeDecoding", "Drafter", "Verifier", "DecodingCore", "Mamba", "MambaCUDA",
        "MambaDevices", "Checkpoint", "Kernels", "SpecDecodeTokenizer", "SpecDecodePlatform",
      ]),
    .target(
      name: "SpeculativeDecoding", dependencies: ["DecodingCore", "Kernels", "SpecDecodePlatform"]),
    .target(
      name: "Drafter",
      dependencies: [
        "DecodingCore", "Mamba", "MambaDevices", "Checkpoint", "Kernels", "SpecDecodeTokenizer",
      ]),
    .target(
      name: "Verifier", dependencies: ["DecodingCore", "Mamba", "MambaDevices", "Checkpoint"]),
    .target(name: "DecodingCore", dependencies: ["Kernels", "SpecDecodePlatform"]),

    // MARK: The model
    .target(name: "Mamba", dependencies: ["Checkpoint", "Kernels", "SpecDecodePlatform"]),
    .target(name: "Checkpoint", dependencies: ["SpecDecodePlatform"]),
    .target(name: "Kernels", dependencies: ["CKernels", "SpecDecodePlatform"]),
    .target(
      name: "CKernels",
      exclude: [
        "noise.inc", "simd.inc", "simd_functions.inc", "simd_int8.inc", "simd_norm.inc",
        "simd_project.inc", "simd_quantize.inc", "simd_scan.inc", "simd_softmax.inc",
        "simd_tiles.inc", "simd_vectors.inc", "simd_amx.inc",
      ]),
    // A checkpoint onto any device.
    .target(
      name: "MambaDevices",
      dependencies: ["DecodingCore", "Mamba", "MambaCUDA", "Checkpoint", "Kernels"]),
    // Opens the NVIDIA driver at run time: nothing of CUDA is needed to build it.
    .target(
      name: "MambaCUDA", dependencies: ["Mamba", "Checkpoint", "Kernels", "MambaCUDAKernels"]),
    .target(
      name: "MambaCUDAKernels",
      exclude: [
        "kernels.cu", "whole_pass.cu", "kernels.sha256", "sm_90.cubin", "compute_90.ptx",
        "compute_75.ptx",
      ]),
    .target(
      name: "BundledModels", dependencies: ["SpecDecode"], resources: [.copy("Models")]),

    // MARK: Text and machine
    .target(name: "SpecDecodeTokenizer", dependencies: ["SpecDecodePlatform"]),
    .target(name: "SpecDecodePlatform"),

    // MARK: Experiments
    .executableTarget(
      name: "Exactness",
      dependencies: [
        "BundledModels", "SpeculativeDecoding", "Drafter", "Verifier", "DecodingCore", "Mamba",
        "MambaDevices",
        "Kernels",
      ],
      path: "Experiments/Exactness", exclude: ["README.md"]),
    .target(
      name: "Measuring",
      dependencies: [
        "CMachineLimits", "Reporting", "SpeculativeDecoding", "DecodingCore", "Checkpoint",
        "Kernels", "SpecDecodePlatform",
      ],
      path: "Experiments/Measuring", exclude: ["README.md"]),
    .target(
      name: "CMachineLimits", path: "Experiments/KernelSpeed/CMachineLimits", exclude: ["loops.inc"]
    ),
    .executableTarget(
      name: "RandomModel", dependencies: ["Measuring", "Checkpoint"],
      path: "Experiments/RandomModel", exclude: ["README.md"]),
    .executableTarget(
      name: "KernelSpeed", dependencies: ["Measuring", "Reporting", "Kernels"],
      path: "Experiments/KernelSpeed", exclude: ["README.md", "CMachineLimits"]),
    .executableTarget(
      name: "DecodingSpeed",
      dependencies: [
        "Measuring", "Reporting", "SpeculativeDecoding", "Drafter", "Verifier", "DecodingCore",
        "Mamba", "MambaDevices", "Checkpoint", "Kernels",
      ],
      path: "Experiments/DecodingSpeed", exclude: ["README.md"]),
    .executableTarget(
      name: "Acceptance",
      dependencies: [
        "BundledModels", "Measuring", "Reporting", "SpeculativeDecoding", "Drafter", "Verifier",
        "DecodingCore", "Mamba", "MambaDevices", "Kernels",
      ],
      path: "Experiments/Acceptance", exclude: ["README.md"]),
    .executableTarget(
      name: "Throughput",
      dependencies: [
        "BundledModels", "Measuring", "Reporting", "SpecDecode", "Verifier", "DecodingCore",
      ],
      path: "Experiments/Throughput", exclude: ["README.md"]),

    .executableTarget(
      name: "CudaCheck",
      dependencies: ["MambaCUDA", "Measuring", "Mamba", "Checkpoint", "Kernels"],
      path: "Experiments/Cuda",
      exclude: ["README.md", "compile.py", "compile.sh", "run.sh"]),

    // MARK: Tests
    // A target of tests, so that `swift build` leaves it out.
    .testTarget(name: "TestSupport", dependencies: ["Reporting", "Checkpoint"]),
    .testTarget(name: "MeasuringTests", dependencies: ["Measuring"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(
      name: "SpecDecodePlatformTests", dependencies: ["SpecDecodePlatform", "TestSupport"]),
    .testTarget(
      name: "SpecDecodeTokenizerTests", dependencies: ["SpecDecodeTokenizer", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "CheckpointTests", dependencies: ["Checkpoint", "SpecDecodePlatform", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "MambaTests",
      dependencies: [
        "Mamba", "MambaDevices", "Checkpoint", "Kernels", "SpecDecodePlatform", "TestSupport",
      ],
      resources: [.copy("Fixtures")]),
    .target(name: "EmulatedGPU", path: "Tests/EmulatedGPU"),
    .testTarget(
      name: "MambaCUDATests",
      dependencies: [
        "MambaCUDA", "EmulatedGPU", "Mamba", "Checkpoint", "Kernels", "SpecDecodePlatform",
        "TestSupport",
      ]),
    .testTarget(
      name: "DecodingCoreTests",
      dependencies: ["DecodingCore", "Reporting", "Kernels", "TestSupport"]),
    .testTarget(
      name: "DrafterTests",
      dependencies: [
        "Drafter", "Mamba", "MambaDevices", "DecodingCore", "Reporting", "Kernels", "Checkpoint",
        "SpecDecodeTokenizer", "TestSupport",
      ]),
    .testTarget(
      name: "VerifierTests",
      dependencies: [
        "Verifier", "Mamba", "MambaDevices", "DecodingCore", "Kernels", "Checkpoint", "TestSupport",
      ]),
    .testTarget(
      name: "SpeculativeDecodingTests",
      dependencies: [
        "SelfChecks", "Reporting", "SpeculativeDecoding", "Drafter", "Verifier", "DecodingCore",
        "Mamba", "MambaDevices", "Checkpoint", "Kernels", "SpecDecodePlatform", "TestSupport",
      ]),
    .testTarget(
      name: "BundledModelsTests",
      dependencies: ["BundledModels", "Checkpoint", "Mamba", "TestSupport"]),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Reporting", "SpeculativeDecoding", "DecodingCore"]),
    .testTarget(
      name: "SpecDecodeBenchmarkTests",
      dependencies: ["SpecDecodeBenchmark", "Reporting", "SpeculativeDecoding", "DecodingCore"]),
    .testTarget(
      name: "SpecDecodeCommandsTests",
      dependencies: [
        "SpecDecodeProgram", "SpecDecodeCommands", "BundledModels", "Reporting",
        "SpeculativeDecoding",
        "DecodingCore", "Mamba", "Checkpoint", "SpecDecodePlatform", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)

let swiftSettings: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .treatWarning("DeprecatedDeclaration", as: .warning),
]

let cSettings: [CSetting] = [
  .enableWarning("all"),
  .enableWarning("extra"),
  .enableWarning("conversion"),
  // Compiled GPU kernels are data, by #embed.
  .disableWarning("c23-extensions"),
  // An optimiser may decline to unroll: slower, not wrong.
  .disableWarning("pass-failed"),
  .treatAllWarnings(as: .error),
]

// Programs that measure: `swift build` and the tests do without them.
if Context.environment["SPECDECODE_EXPERIMENTS"] == nil {
  package.targets.removeAll {
    $0.path?.hasPrefix("Experiments/") == true || $0.name == "MeasuringTests"
  }
}

for target in package.targets {
  if ["CKernels", "CMachineLimits", "MambaCUDAKernels"].contains(target.name) {
    target.cSettings = cSettings
  } else if target.name == "EmulatedGPU" {
    target.cxxSettings = [.treatAllWarnings(as: .error)]
  } else {
    target.swiftSettings = swiftSettings
  }
  if target.type == .test {
    // Tests of a release build call optimized code; optimizing the calls takes longer than they do.
    target.swiftSettings?.append(.unsafeFlags(["-Onone"], .when(configuration: .release)))
  }
}

import Checkpoint
import Kernels
import Mamba

/// To how many bits activations are to be quantised, before the matrices are known.
enum ActivationChoice: Equatable {
  /// The same for every matrix.
  case common(ActivationWidth)
  /// 15 bits for the matrices with one of these names, 8 for the others. A name is one or more
  /// whole parts of a tensor's, between dots.
  case wide([String])

  /// What the options say.
  init(_ options: OptionReader) throws(UsageError) {
    let width = try options.value(
      "--activations", "8|15", "bits of what every int8 matrix multiplies; default 8",
      remedy: "8 or 15"
    ) { text in ActivationWidth.allCases.first { "\($0.rawValue)" == text } }
    let names = try options.value(
      "--activations-15", "NAMES", "15 bits for some matrices: x_proj,layers.0 and the like",
      remedy: "names"
    ) { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    try options.exclude("--activations", "--activations-15", remedy: "give one of them")
    self = names.map { .wide($0) } ?? .common(width ?? .bits8)
  }

  /// What it means for the matrices that are quantised.
  ///
  /// - Throws: `UsageError` for a name that no matrix has.
  func widths(for matrices: [TensorDescription]) throws(UsageError) -> ActivationWidths {
    switch self {
    case .common(let width): ActivationWidths(width)
    case .wide(let names):
      ActivationWidths(.bits8, except: try Self.exceptions(names, among: matrices))
    }
  }

  private static func exceptions(
    _ names: [String], among matrices: [TensorDescription]
  ) throws(UsageError) -> [String: ActivationWidth] {
    var exceptions: [String: ActivationWidth] = [:]
    for name in names {
      let named = matrices.filter { ".\($0.name).".contains(".\(name).") }
      guard !name.isEmpty, !named.isEmpty else {
        throw .invalidValue(
          option: "--activations-15", value: name,
          remedy: "parts of matrix names with commas between, such as x_proj,layers.0")
      }
      for matrix in named { exceptions[matrix.name] = .bits15 }
    }
    return exceptions
  }
}

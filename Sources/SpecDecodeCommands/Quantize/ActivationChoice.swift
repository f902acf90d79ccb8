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

  static let options = [
    CommandSpecification.Option(
      "--activations", "8|15", "bits of what every int8 matrix multiplies; default 8"),
    CommandSpecification.Option(
      "--activations-15", "NAMES", "15 bits for some matrices: x_proj,layers.0 and the like"),
  ]

  /// What the options say.
  ///
  /// - Throws: `UsageError` for another width, or both options.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    try arguments.exclude(
      "--activations", "--activations-15", remedy: "give one of them")
    if let names = try arguments.text("--activations-15") {
      self = .wide(names.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    } else {
      self = .common(try Self.width(arguments))
    }
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

  private static func width(_ arguments: ParsedArguments) throws(UsageError) -> ActivationWidth {
    guard let text = try arguments.text("--activations") else { return .bits8 }
    guard let width = ActivationWidth.allCases.first(where: { "\($0.rawValue)" == text }) else {
      throw .invalidValue(option: "--activations", value: text, remedy: "8 or 15")
    }
    return width
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

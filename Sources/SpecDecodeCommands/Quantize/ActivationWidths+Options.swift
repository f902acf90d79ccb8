import Checkpoint
import Kernels
import Mamba

extension ActivationWidths {
  static let options = [
    CommandSpecification.Option(
      "--activations", "8|15", "bits of what every int8 matrix multiplies; default 8"),
    CommandSpecification.Option(
      "--activations-15", "NAMES", "15 bits for some matrices: x_proj,layers.0 and the like"),
  ]

  /// What the options say of the matrices that are quantised.
  ///
  /// - Throws: `UsageError` for another width, both options, or a name that no matrix has.
  init(
    _ arguments: ParsedArguments, matrices: [TensorDescription]
  ) throws(UsageError) {
    try arguments.exclude(
      "--activations", "--activations-15", remedy: "give one of them")
    if let names = try arguments.text("--activations-15") {
      self.init(.bits8, except: try Self.exceptions(names, among: matrices))
    } else {
      self.init(try Self.common(arguments))
    }
  }

  private static func common(_ arguments: ParsedArguments) throws(UsageError) -> ActivationWidth {
    guard let text = try arguments.text("--activations") else { return .bits8 }
    guard let width = ActivationWidth.allCases.first(where: { "\($0.rawValue)" == text }) else {
      throw .invalidValue(option: "--activations", value: text, remedy: "8 or 15")
    }
    return width
  }

  /// A name is one or more whole parts of a tensor's, between dots.
  private static func exceptions(
    _ names: String, among matrices: [TensorDescription]
  ) throws(UsageError) -> [String: ActivationWidth] {
    var exceptions: [String: ActivationWidth] = [:]
    for name in names.split(separator: ",", omittingEmptySubsequences: false) {
      let named = matrices.filter { ".\($0.name).".contains(".\(name).") }
      guard !name.isEmpty, !named.isEmpty else {
        throw .invalidValue(
          option: "--activations-15", value: String(name),
          remedy: "parts of matrix names with commas between, such as x_proj,layers.0")
      }
      for matrix in named { exceptions[matrix.name] = .bits15 }
    }
    return exceptions
  }
}

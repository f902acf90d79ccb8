/// Why a command line makes no sense.
package enum ArgumentError: Error, Equatable, Sendable {
  /// Something required is not there.
  case missing(name: String)
  /// An option is given twice.
  case repeated(name: String)
  /// No option has this name.
  case unknown(name: String, known: [String])
  /// A value is out of range.
  case invalid(name: String, value: String, remedy: String)
}

extension ArgumentError: CustomStringConvertible {
  /// What is wrong and what to give.
  package var description: String {
    switch self {
    case .missing(let name): "\(name) is missing"
    case .repeated(let name): "\(name) is given twice; give it once"
    case .unknown(let name, let known):
      "there is no option \(name); there are \(known.joined(separator: ", "))"
    case .invalid(let name, let value, let remedy): "\(name) cannot be \(value); give \(remedy)"
    }
  }
}

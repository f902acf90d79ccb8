import Foundation

/// Where a JSON report goes: a file, standard output in place of the text, or nowhere.
struct JSONDestination: Equatable {
  /// What the command line has after `--json`; nil without it.
  let path: String?

  /// Whether standard output holds the JSON report alone.
  var isOutput: Bool { path == "-" }

  /// The file for it.
  var file: String? { isOutput ? nil : path }

  /// Writes the report where it is to go.
  ///
  /// - Parameter text: what standard output gets when it does not get the JSON.
  func write(text: String, json: () throws -> Data) throws {
    try StandardOutput.write(isOutput ? Array(json()) : Array(text.utf8))
    if let file { try FileOutput.write(json(), to: file) }
  }
}

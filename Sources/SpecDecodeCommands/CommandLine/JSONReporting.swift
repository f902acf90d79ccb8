/// A request with `--json`: a file for the JSON report, or `-` for standard output.
protocol JSONReporting {
  /// What stands after `--json`; nil without it.
  var json: String? { get }
}

extension JSONReporting {
  /// Whether standard output holds the JSON report alone.
  var writesJSONToOutput: Bool { json == "-" }

  /// The file for the JSON report.
  var jsonFile: String? { writesJSONToOutput ? nil : json }
}

import Kernels

/// What the options of `selftest` ask for.
struct SelfTestRequest: Equatable {
  let verifier: String?
  let drafter: String?
  let isThorough: Bool
  let threads: Int
  let isQuiet: Bool
  private let json: String?

  /// Whether standard output holds the JSON report alone.
  var writesJSONToOutput: Bool { json == "-" }

  /// The file for the JSON report.
  var jsonFile: String? { writesJSONToOutput ? nil : json }

  /// Checks every value.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    verifier = try arguments.path("--verifier")
    drafter = try arguments.path("--drafter")
    isThorough = arguments.has("--thorough")
    threads = try arguments.integer(
      "--threads", in: 1...WorkerTeam.sizeLimit, default: WorkerTeam.defaultSize)
    json = try arguments.path("--json")
    isQuiet = arguments.has("--quiet")
  }
}

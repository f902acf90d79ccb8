import Kernels

/// What the options of `selftest` ask for.
struct SelfTestRequest: Equatable, JSONReporting {
  let verifier: String?
  let drafter: String?
  let isThorough: Bool
  let threads: Int
  let isQuiet: Bool
  let json: String?

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

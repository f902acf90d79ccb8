import Kernels
import Reporting

/// What the options of `eval` ask for.
struct EvalRequest: Equatable, JSONReporting {
  /// All arguments: the model and the files, or reports to merge.
  let paths: [String]
  let context: Int?
  let showsPositions: Bool
  let shard: Shard?
  let isMerging: Bool
  let threads: Int
  let isQuiet: Bool
  let json: String?

  /// Checks every value.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    var paths: [String] = []
    for index in arguments.positionals.indices { paths.append(try arguments.path(at: index)) }
    self.paths = paths
    let limit = Int.max
    let context = try arguments.integer("--context", in: 1...limit, default: limit)
    self.context = context == limit ? nil : context
    showsPositions = arguments.has("--by-position")
    shard = try arguments.shard()
    isMerging = arguments.has("--merge")
    for option in ["--shard", "--context"] {
      try arguments.exclude("--merge", option, remedy: "the reports say it")
    }
    threads = try arguments.integer(
      "--threads", in: 1...WorkerTeam.sizeLimit, default: WorkerTeam.defaultSize)
    json = try arguments.path("--json")
    isQuiet = arguments.has("--quiet")
  }
}

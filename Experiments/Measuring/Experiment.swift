package import Foundation

/// The frame of a measuring program: errors and progress go to stderr, results to stdout.
package enum Experiment {
  /// Runs a program's body; an error ends the process with 64 for a command line that makes no
  /// sense, else with 1.
  package static func run(usage: String, _ body: () throws -> Void) {
    do {
      try body()
    } catch let error as ArgumentError {
      report("\(error)\n\(usage)\n")
      exit(64)
    } catch {
      report("\(error)\n")
      exit(1)
    }
  }

  /// Writes to stderr.
  package static func report(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  /// Writes to stdout as it is.
  package static func write(_ data: Data) {
    FileHandle.standardOutput.write(data)
  }

  /// Refuses to measure a build without optimisation: its figures mean nothing.
  package static func requireOptimizedBuild() throws {
    #if DEBUG
      throw UnoptimizedBuild()
    #endif
  }
}

/// A measuring program was built for debugging.
struct UnoptimizedBuild: Error, CustomStringConvertible {
  var description: String {
    "this is a debug build, whose speed says nothing; build it with -c release"
  }
}

import Foundation
import Kernels
import Measuring

/// How much does a verifier accept, and what is it worth? See README.md.
@main
struct Acceptance {
  static let usage = """
    usage: Acceptance speed TEXT --samples FILE [--prompt-count N] [--first N] [--count N]
             [--bytes N] [--threads N] [--verifier DIR] [--drafter DIR]
           Acceptance agreement TEXT [--prompt-count N] [--bytes N] [--threads N]
             [--verifier DIR] [--drafter DIR]
           Acceptance lengths TEXT [--batch N,N] [--prompt-count N] [--bytes N] [--threads N]
             [--verifier DIR] [--drafter DIR]
           Acceptance table FILE
    """

  private static let options: Set = [
    "--samples", "--prompt-count", "--first", "--count", "--bytes", "--threads", "--verifier",
    "--drafter", "--batch",
  ]

  static func main() {
    Experiment.run(usage: usage) {
      let arguments = try Arguments(CommandLine.arguments.dropFirst(2), options: options)
      switch CommandLine.arguments.dropFirst().first {
      case "speed":
        try Experiment.requireOptimizedBuild()
        try SpeedMode(arguments).run()
      case "agreement": try AgreementMode(arguments).run()
      case "lengths": try LengthsMode(arguments).run()
      case "table": try TableMode.run(arguments)
      default: throw ArgumentError.missing(name: "what to measure")
      }
    }
  }
}

import Foundation
import Kernels
import Measuring
import Reporting

/// How fast does a model decode, and what does a pass cost? See README.md.
@main
struct DecodingSpeed {
  static let usage = """
    usage: DecodingSpeed plain MODEL... [--threads 1,2] [--steps N] [--repetitions N]
           DecodingSpeed speculative MODEL... --drafter DIR [--prompts FILE] [--prompt-count N]
             [--bytes N] [--temperatures 0,1] [--threads 1,2] [--repetitions N]
           DecodingSpeed windows MODEL... [--windows 1,2,...] [--prefill N] [--threads 1,2]
             [--repetitions N]
           DecodingSpeed parts MODEL... [--windows 1,4,16] [--threads 1,2] [--repetitions N]
           DecodingSpeed context MODEL [--contexts 1000,100000,1000000] [--steps N] [--threads N]
             [--repetitions N]
           DecodingSpeed after MODEL --drafter DIR [--windows 1,4,8] [--tokens 1,2]
             [--threads 1,2] [--repetitions N]
           DecodingSpeed serve MODEL [--threads N]
         all but serve: [--json FILE]
    """

  static func main() {
    Experiment.run(usage: usage) {
      try Experiment.requireOptimizedBuild()
      let arguments = CommandLine.arguments.dropFirst()
      let rest = arguments.dropFirst()
      switch arguments.first {
      case PlainMode.name: try measure(PlainMode.self, rest)
      case SpeculativeMode.name: try measure(SpeculativeMode.self, rest)
      case WindowsMode.name: try measure(WindowsMode.self, rest)
      case PartsMode.name: try measure(PartsMode.self, rest)
      case ContextMode.name: try measure(ContextMode.self, rest)
      case AfterMode.name: try measure(AfterMode.self, rest)
      case ServeMode.name: try ServeMode.run(Arguments(rest, options: ["--threads"]))
      default: throw ArgumentError.missing(name: "what to measure")
      }
    }
  }

  private static func measure<M: Mode>(_ mode: M.Type, _ rest: ArraySlice<String>) throws {
    let arguments = try Arguments(rest, options: M.options.union(["--json"]))
    let machine = MachineDescription(instructionSet: try InstructionSet.selected())
    let results = try M.results(arguments)
    print(machine.text)
    print(M.text(results))
    if let path = arguments.text("--json") {
      let report = Report(machine: machine, mode: M.name, results: results)
      try JSONText.data(report).write(to: URL(filePath: path), options: .atomic)
    }
  }

  private struct Report<Row: Encodable>: Encodable {
    let machine: MachineDescription
    let mode: String
    let results: [Row]
  }
}

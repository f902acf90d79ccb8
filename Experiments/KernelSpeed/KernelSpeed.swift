import Foundation
import Kernels
import Measuring
import Reporting

/// How fast is each kernel, and how near to what the machine can do? See README.md.
@main
struct KernelSpeed {
  static let usage = """
    usage: KernelSpeed [--shapes small,m130,mb353] [--types float32,bfloat16,float16,int8]
             [--kernels products,head,scan,...] [--windows 1,2,...] [--threads 1,2]
             [--repetitions N] [--json FILE]
    """

  static func main() {
    Experiment.run(usage: usage) {
      try Experiment.requireOptimizedBuild()
      let plan = try MeasuringPlan(
        Arguments(
          CommandLine.arguments.dropFirst(),
          options: MeasuringPlan.options))
      let machine = MachineDescription(instructionSet: try InstructionSet.selected())
      var results: [KernelResult] = []
      // One shape at a time, so that memory holds the matrices of one.
      for shape in plan.shapes {
        Experiment.report("\(shape.name): making the matrices\n")
        let cases = try plan.cases(of: shape)
        results += Interleaving(cases: cases, repetitions: plan.repetitions).results()
      }
      print(machine.text)
      print(KernelTables.all(of: results))
      if let path = plan.jsonPath {
        let report = Report(machine: machine, results: results)
        try JSONText.data(report).write(to: URL(filePath: path), options: .atomic)
      }
    }
  }

  private struct Report: Encodable {
    let machine: MachineDescription
    let results: [KernelResult]
  }
}

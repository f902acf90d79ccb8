import Foundation
import Kernels
import SelfChecks

/// `specdecode selftest`: are these models exact on this machine?
enum SelfTestCommand: Command {
  static let specification = CommandSpecification.selfTest

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let request = try SelfTestRequest(arguments)
    if let path = request.jsonFile { try FileOutput.requireWritable(path) }
    let models = try SelfTestModels(request)
    let results = try results(request, models)
    let report = SelfTestReport(
      version: SpecDecodeProgram.version,
      verifier: models.verifierFolder.path(percentEncoded: false),
      drafter: models.drafterFolder.path(percentEncoded: false), threads: request.threads,
      instructionSet: models.instructionSet.rawValue, thorough: request.isThorough,
      checks: results)
    if request.writesJSONToOutput {
      try StandardOutput.write(Array(report.json()))
    } else {
      try StandardOutput.write(Array(report.text.utf8))
    }
    if let path = request.jsonFile { try FileOutput.write(report.json(), to: path) }
    return report.passed ? .success : .failure
  }

  private static func results(
    _ request: SelfTestRequest, _ models: SelfTestModels
  ) throws -> [CheckResult] {
    let plan = request.isThorough ? SelfTestPlan.thorough : .standard
    let checks = plan.checks(
      models.decoder, threads: models.threadVariants(plan),
      instructionSets: models.instructionVariants(plan))
    let interruption = Interruption()
    return try checks.map { check in
      let display = ProgressDisplay(label: check.name, isQuiet: request.isQuiet)
      defer { display.clear() }
      return try SelfTest.result(of: check) { share in
        try interruption.check()
        display.show(share: share)
      }
    }
  }
}

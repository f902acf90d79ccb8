import Foundation
import Mamba
import SelfChecks

/// `specdecode selftest`: are these models exact on this machine?
enum SelfTestCommand: Command {
  static func run(_ request: SelfTestRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let models = try SelfTestModels(request)
    let results = try results(request, models)
    let report = SelfTestReport(
      version: SpecDecodeProgram.version,
      verifier: models.models.verifierFolder.path(percentEncoded: false),
      drafter: models.models.drafters[0].path,
      threads: models.models.device.threads,
      instructionSet: models.models.device.architecture, thorough: request.isThorough,
      checks: results)
    try request.json.write(text: report.text, json: report.json)
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

import Foundation
import Kernels
import Mamba
import MambaDevices
import Reporting
import SelfChecks
import SpeculativeDecoding
import Verifier

/// `specdecode selftest`: are these models exact on this machine?
enum SelfTestCommand: Command {
  static let help = CommandSpecification(
    name: "selftest",
    summary: "check on this machine that two models decode exactly",
    discussion: """
      The verifier's logits and state must be the same bits in windows of every size, on any number
      of threads and on every instruction set of this processor, and after a rollback to any depth
      those of never having read what was rolled back. Speculative output must be plain output at
      several temperatures, filters and draft lengths, and that of a saved generation that
      is continued must be that of one without a break.

      Then bytes are drawn, and chi-square tests compare how often each came with the model's own
      distribution: the sampler's bytes, and the first two bytes of outputs under --acceptance
      rejection. A test that fails is made again with new numbers, and fails when both do; all
      tests together fail for good models about once in a million runs. The report says which bias
      they would find. Seeds are fixed, so a verdict repeats.

      The verifier is loaded once more for each number of threads and each instruction set, one
      after the other, so there must be memory for it twice. The exit status is 0 when every check
      passed, 1 when one failed.
      """,
    examples: [
      .init("check the bundled models on this machine", "specdecode selftest"),
      .init(
        "check models of your own, and keep the report",
        "specdecode selftest --verifier mine --drafter small --json selftest.json"),
    ])

  static func run(_ request: SelfTestRequest) throws -> ExitCode {
    if let path = request.json.file { try FileOutput.requireWritable(path) }
    let models = try LoadedModels(
      verifier: request.verifier, drafters: [request.drafter], devices: request.devices)
    let results = try results(request, models)
    let report = SelfTestReport(
      version: SpecDecodeProgram.version,
      verifier: models.verifierFolder.path(percentEncoded: false),
      drafter: models.drafters[0].path, threads: threads(request),
      instructionSet: models.device.architecture, thorough: request.isThorough, checks: results)
    try request.json.write(text: report.text, json: report.json)
    return report.passed ? .success : .failure
  }

  private static func results(
    _ request: SelfTestRequest, _ models: LoadedModels
  ) throws -> [CheckResult] {
    let plan = request.isThorough ? SelfTestPlan.thorough : .standard
    let selected = try InstructionSet.selected()
    // On one thread, on two, on three, and on as many as were asked for.
    let threads = Set([1, 2, 3, threads(request)]).sorted().map { count in
      variant(
        NumberText.count(count, "thread"), of: models, bytes: plan.variantBytes, threads: count,
        selected)
    }
    let instructionSets = InstructionSet.available.map { set in
      variant(
        "instruction set \(set.rawValue)", of: models,
        bytes: set == .scalar ? plan.scalarBytes : plan.variantBytes,
        threads: Self.threads(request), set)
    }
    let checks = plan.checks(
      SpeculativeDecoder(drafter: models.drafters[0], verifier: models.verifier),
      threads: threads, instructionSets: instructionSets)
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

  /// The most threads of the verifier.
  private static func threads(_ request: SelfTestRequest) -> Int {
    request.devices.threads ?? WorkerTeam.defaultSize
  }

  /// The verifier in another way in which it can be run.
  private static func variant(
    _ name: String, of models: LoadedModels, bytes: Int, threads: Int, _ set: InstructionSet
  ) -> VerifierVariant<ByteVerifier> {
    VerifierVariant(name: name, byteCount: bytes) { [folder = models.verifierFolder] in
      try ByteVerifier(
        contentsOf: folder,
        on: .team(WorkerTeam(size: threads, instructionSet: set, adapts: true)))
    }
  }
}

/// What a command line of `selftest` asks for.
struct SelfTestRequest: Equatable, CommandRequest {
  let verifier: String?
  let drafter: String?
  let isThorough: Bool
  let devices: ModelDevices
  let isQuiet: Bool
  let json: JSONDestination

  /// Reads and checks every value.
  init(_ options: OptionReader) throws(UsageError) {
    verifier = try options.verifier()
    drafter = try options.drafter()
    isThorough = options.flag("--thorough", "about ten times as many comparisons and draws")
    devices = try options.devices()
    json = try options.json()
    isQuiet = options.quiet()
  }
}

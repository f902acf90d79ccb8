import Kernels
import Mamba
import MambaDevices
import SelfChecks
import SpeculativeDecoding
import Verifier

/// The models of a self-test, and the verifier in all the other ways in which it can be run.
struct SelfTestModels {
  let models: LoadedModels
  let decoder: SpeculativeDecoder<ChosenDrafter, ByteVerifier>

  private let instructionSet: InstructionSet

  /// Loads what was given, and the bundled models for the rest.
  init(_ request: SelfTestRequest) throws {
    models = try LoadedModels(
      verifier: request.verifier, drafters: [request.drafter], devices: request.devices)
    instructionSet = try InstructionSet.selected()
    decoder = SpeculativeDecoder(drafter: models.drafters[0], verifier: models.verifier)
  }

  /// On one thread, on two, on three, and on as many as were asked for.
  func threadVariants(_ plan: SelfTestPlan) -> [VerifierVariant<ByteVerifier>] {
    Set([1, 2, 3, models.device.threads]).sorted().map { count in
      variant(
        "\(count) \(count == 1 ? "thread" : "threads")", bytes: plan.variantBytes,
        threads: count, instructionSet)
    }
  }

  /// On each instruction set of this processor.
  func instructionVariants(_ plan: SelfTestPlan) -> [VerifierVariant<ByteVerifier>] {
    InstructionSet.available.map { set in
      variant(
        "instruction set \(set.rawValue)",
        bytes: set == .scalar ? plan.scalarBytes : plan.variantBytes,
        threads: models.device.threads, set
      )
    }
  }

  private func variant(
    _ name: String, bytes: Int, threads: Int, _ set: InstructionSet
  ) -> VerifierVariant<ByteVerifier> {
    VerifierVariant(name: name, byteCount: bytes) { [folder = models.verifierFolder] in
      try ByteVerifier(
        contentsOf: folder,
        on: .team(WorkerTeam(size: threads, instructionSet: set, adapts: true)))
    }
  }
}

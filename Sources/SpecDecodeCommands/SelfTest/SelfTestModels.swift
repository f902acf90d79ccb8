import BundledModels
import Drafter
import Foundation
import Kernels
import Mamba
import SelfChecks
import SpeculativeDecoding
import Verifier

/// The models of a self-test, and the verifier in all the other ways in which it can be run.
struct SelfTestModels {
  let decoder: SpeculativeDecoder<SubwordDrafter, ByteVerifier>
  let verifierFolder: URL
  let drafterFolder: URL
  let instructionSet: InstructionSet
  private let threads: Int

  /// Loads what was given, and the bundled models for the rest.
  init(_ request: SelfTestRequest) throws {
    instructionSet = try InstructionSet.selected()
    let isGiven = request.verifier != nil && request.drafter != nil
    let bundled = isGiven ? nil : try BundledModels.pair()
    func folder(_ path: String?, _ bundled: URL?) -> URL {
      path.map { URL(filePath: $0) } ?? bundled ?? URL(filePath: ".")
    }
    verifierFolder = folder(request.verifier, bundled?.verifier)
    drafterFolder = folder(request.drafter, bundled?.drafter)
    threads = request.threads
    decoder = SpeculativeDecoder(
      drafter: try SubwordDrafter(contentsOf: drafterFolder, on: .cpu(threads: threads)),
      verifier: try ByteVerifier(contentsOf: verifierFolder, on: .cpu(threads: threads)))
    StandardError.write(
      decoder.verifier.model.configuration.warnings
        + decoder.drafter.model.configuration.warnings)
  }

  /// On one thread, on two, on three, and on as many as were asked for.
  func threadVariants(_ plan: SelfTestPlan) -> [VerifierVariant<ByteVerifier>] {
    Set([1, 2, 3, threads]).sorted().map { count in
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
        bytes: set == .scalar ? plan.scalarBytes : plan.variantBytes, threads: threads, set)
    }
  }

  private func variant(
    _ name: String, bytes: Int, threads: Int, _ set: InstructionSet
  ) -> VerifierVariant<ByteVerifier> {
    VerifierVariant(name: name, byteCount: bytes) { [verifierFolder] in
      try ByteVerifier(
        contentsOf: verifierFolder,
        on: .team(WorkerTeam(size: threads, instructionSet: set, adapts: true)))
    }
  }
}

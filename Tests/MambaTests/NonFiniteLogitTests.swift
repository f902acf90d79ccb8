import Kernels
import Mamba
import TestSupport
import Testing

/// Finite weights whose activations overflow: the logits are not numbers, and the error says so.
@Suite struct NonFiniteLogitTests {
  /// Token 9's row of the head times the final norm overflows; no other does.
  private static let oneEntry: TinyModel = {
    var model = TinyModel()
    model.tiesEmbeddings = false
    model.changes = [
      "backbone.norm_f.weight": .all(1e5),
      "lm_head.weight": .element(9 * model.hiddenSize, 3e38),
    ]
    return model
  }()

  /// A projection overflows.
  private static let allEntries: TinyModel = {
    var model = TinyModel()
    model.changes = ["backbone.layers.0.norm.weight": .all(3e38)]
    return model
  }()

  @Test(arguments: InstructionSet.available)
  func `the error names the entry`(set: InstructionSet) throws {
    let model = try Self.oneEntry.load(on: set)
    let session = MambaSession(model: model)
    let errors = [
      #expect(throws: NonFiniteLogit.self) { try session.verify([1, 2]) },
      #expect(throws: NonFiniteLogit.self) { try model.logits(of: [1]) },
      #expect(throws: NonFiniteLogit.self) { try session.consume([4, 5], logits: 2..<40) },
    ]
    #expect(errors.map { $0?.index } == [9, 9, 9])
  }

  @Test func `entries that were not asked for are not looked at`() throws {
    let session = MambaSession(model: try Self.oneEntry.load())
    #expect(throws: Never.self) { try session.consume([4, 5], logits: 10..<40) }
    #expect(throws: Never.self) { try session.consume([4, 5], logits: 0..<9) }
    #expect(throws: Never.self) { try session.consume([4, 5]) }
  }

  @Test(arguments: InstructionSet.available)
  func `an overflow inside the model is an error at the first entry`(set: InstructionSet) throws {
    let model = try Self.allEntries.load(on: set, threads: 2)
    let error = #expect(throws: NonFiniteLogit.self) { try model.logits(of: [1]) }
    #expect(error?.index == 0)
  }
}

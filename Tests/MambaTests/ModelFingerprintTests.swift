import Checkpoint
import Mamba
import TestSupport
import Testing

/// Two models have one fingerprint only if they compute the same.
@Suite struct ModelFingerprintTests {
  private static func fingerprint(_ change: (inout TinyModel) -> Void) throws -> ModelFingerprint {
    var model = TinyModel()
    model.storage = .i8
    change(&model)
    let directory = try model.write()
    return try ModelFingerprint(of: CheckpointDirectory(contentsOf: directory.url))
  }

  private static let matrix = "backbone.layers.1.mixer.in_proj.weight"

  @Test func `activation widths, epsilon and padding tell models apart`() throws {
    let all = try [
      Self.fingerprint { _ in }, Self.fingerprint { $0.metadata = ["activation_bits": "15"] },
      Self.fingerprint { $0.metadata = ["activation_bits.\(Self.matrix)": "15"] },
      Self.fingerprint { $0.fields = ["layer_norm_epsilon": "2e-05"] },
      Self.fingerprint { $0.fields = ["unpadded_vocab_size": "255"] },
    ]
    #expect(Set(all).count == all.count)
  }

  @Test(arguments: [
    ["activation_bits": "8"], ["author": "someone"],
    ["activation_bits.\(matrix)": "8", "activation_bits": "8"],
  ])
  func `texts that change nothing do not`(metadata: [String: String]) throws {
    #expect(try Self.fingerprint { $0.metadata = metadata } == Self.fingerprint { _ in })
  }

  @Test func `a width may be said for one matrix or for all`() throws {
    let matrices = ["in_proj", "x_proj", "dt_proj", "out_proj"].flatMap { name in
      (0..<2).map { "backbone.layers.\($0).mixer.\(name).weight" }
    }
    let each = Dictionary(
      uniqueKeysWithValues: (matrices + ["backbone.embeddings.weight"]).map {
        ("activation_bits.\($0)", "15")
      })
    #expect(
      try Self.fingerprint { $0.metadata = each }
        == Self.fingerprint { $0.metadata = ["activation_bits": "15"] })
  }

  @Test func `weights without int8 matrices have no widths`() throws {
    #expect(
      try Self.fingerprint {
        $0.storage = .bf16
        $0.metadata = ["activation_bits": "15"]
      } == Self.fingerprint { $0.storage = .bf16 })
  }
}

import Foundation
import Reporting
import SpeculativeDecoding
import Testing

struct ProvenanceTextTests {
  private static func sample(
    _ output: [UInt8], bytes: [Int], accepted: [Int], drafted: [Int], rejected: [[UInt8]]
  ) -> BenchmarkSample {
    BenchmarkSample(
      configuration: 1, prompt: 0, repetition: 0, order: 0, started: 0, seed: 0, promptBytes: 1,
      outputBytes: output.count, digest: "", timing: TimingReport([]),
      rounds: BenchmarkRounds(
        nanoseconds: bytes.map { $0 * 1000 }, bytes: bytes, accepted: accepted, drafted: drafted,
        tokens: drafted.map { min($0, 1) }, rejected: rejected.map { Data($0) }),
      output: Data(output))
  }

  @Test func `each byte has the colour of where it came from`() throws {
    let sample = Self.sample(
      Array("abXcdY!".utf8), bytes: [3, 3, 1], accepted: [2, 2, 0], drafted: [4, 2, 0],
      rejected: [Array("qz".utf8), [], []])
    let text = try #require(ProvenanceText(sample))
    #expect(
      text.rounds.map { $0.pieces.map(\.provenance) } == [
        [.accepted, .corrected], [.accepted, .verifier], [.verifier],
      ])
    #expect(
      text.rounds.map { $0.pieces.map(\.bytes) } == [
        [Array("ab".utf8), Array("X".utf8)], [Array("cd".utf8), Array("Y".utf8)], [Array("!".utf8)],
      ])
    let source = text.markup.source
    #expect(
      source.contains("<span class=\"a\">ab</span><del>qz</del><span class=\"c\">X</span>"))
    #expect(source.contains("round 1: 4 bytes drafted in 1 token, 2 accepted, 3 written"))
    #expect(source.contains("round 3: nothing drafted, 1 written"))
  }

  @Test func `a scalar of two rounds is whole in the round that completes it`() throws {
    let sea = Array("海".utf8)
    let sample = Self.sample(
      sea + [0x61], bytes: [2, 2], accepted: [1, 1], drafted: [2, 1], rejected: [[0xFF], []])
    let text = try #require(ProvenanceText(sample))
    #expect(text.rounds[0].pieces.isEmpty)
    #expect(text.rounds[1].pieces.map(\.bytes) == [sea, [0x61]])
    #expect(text.rounds[1].pieces.map(\.provenance) == [.corrected, .verifier])
    #expect(text.markup.source.contains("⟨FF⟩"))
  }

  @Test(arguments: [[0xE6, 0xB5], [0xFF, 0xFE, 0x80], [0x00, 0x1B, 0x3C]] as [[UInt8]])
  func `every byte of any output is shown once`(output: [UInt8]) throws {
    let sample = Self.sample(
      output, bytes: output.map { _ in 1 }, accepted: output.map { _ in 0 },
      drafted: output.map { _ in 1 }, rejected: output.map { _ in [0x3C] })
    let text = try #require(ProvenanceText(sample))
    #expect(text.rounds.flatMap(\.pieces).flatMap(\.bytes) == output)
    #expect(!text.markup.source.contains("<\u{0}"))
    #expect(text.markup.source.contains("<del>&lt;</del>"))
  }

  @Test func `samples that kept no output have no text`() {
    var sample = Self.sample([0x61], bytes: [1], accepted: [0], drafted: [0], rejected: [[]])
    sample.output = nil
    #expect(ProvenanceText(sample) == nil)
    sample.output = Data([0x61, 0x62])
    #expect(ProvenanceText(sample) == nil)
    sample.output = Data([0x61])
    sample.rounds.accepted = nil
    #expect(ProvenanceText(sample) == nil)
  }
}

import DecodingCore
import SpeculativeDecoding
import Synchronization
import Testing

/// Writes what it has consumed last plus one, and counts what its sessions consume.
private struct CountingVerifier: VerifierModel {
  final class Tally: Sendable {
    let consumed = Mutex(0)
  }

  let tally = Tally()

  func makeSession() -> Session { Session(tally) }

  final class Session: BranchingSession {
    let windowLimit = 4
    private let tally: Tally
    private var last: UInt8 = 0

    init(_ tally: Tally) { self.tally = tally }

    static func run(_ windows: [SharedWindow<Session>]) throws(DecodingError) {
      for window in windows { try window.session.step(window.bytes[0]) }
    }

    func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {
      tally.consumed.withLock { $0 += bytes.count }
      last = bytes.last ?? last
    }

    func step(_ byte: UInt8) throws(DecodingError) { last = byte }
    func verify(_ window: [UInt8]) throws(DecodingError) {}
    func rollBack(toFirst count: Int) {}
    func copyState(of other: Session) { last = other.last }

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = byte == Int(last) + 1 ? 1 : 0 }
    }
  }
}

@Suite struct SharedPrefillTests {
  private static func outputs(
    _ prompts: [String], stopping: Int? = nil
  ) throws -> (outputs: [String], consumed: Int) {
    let verifier = CountingVerifier()
    let options = DecodingOptions(maxBytes: 3)
    let generations = prompts.map { prompt in
      Generation<FakeDrafterSession, CountingVerifier.Session>(
        drafter: nil, verifier: verifier.makeSession(), prompt: Array(prompt.utf8),
        options: options, companions: prompts.count)
    }
    let results = try SharedGenerations.run(generations) { place, event in
      if case .prefilled = event, place == stopping { return .stop }
      return .proceed
    } ended: { _, _ in
    }
    return (
      results.map { String(decoding: $0.output, as: UTF8.self) },
      verifier.tally.consumed.withLock { $0 }
    )
  }

  @Test func `a prompt that generations share is consumed once`() throws {
    let shared = try Self.outputs(["xyza", "xyza", "xyza", "a", "a"])
    #expect(shared.outputs == Array(repeating: "bcd", count: 5))
    #expect(shared.consumed == 3)
    #expect(try Self.outputs(["xya", "zya", "xya"]).consumed == 6)
  }

  @Test func `a prompt is not taken from a generation that was stopped in it`() throws {
    let long = String(repeating: "x", count: 600) + "a"
    let results = try Self.outputs([long, long], stopping: 0)
    #expect(results.outputs == ["", "bcd"])
    #expect(results.consumed == 256 + 600)
  }
}

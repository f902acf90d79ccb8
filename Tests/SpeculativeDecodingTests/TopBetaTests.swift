import DecodingCore
import SpeculativeDecoding
import TestSupport
import Testing

@Suite struct TopBetaTests {
  private static func decoder(
    beta: Int, resync: Acceptance.Resync = .none, temperature: Double = 0, accuracy: Double = 0.6,
    topK: Int? = nil
  ) -> SpeculativeDecoder<FakeDrafter, FakeVerifier> {
    let verifier = FakeVerifier()
    return SpeculativeDecoder(
      drafter: FakeDrafter(verifier: verifier, accuracy: accuracy), verifier: verifier,
      options: DecodingOptions(
        maxBytes: 400,
        sampling: SamplingOptions(temperature: temperature, seed: 3, topK: topK),
        draftLength: .tokens(3), acceptance: .topBeta(beta: beta, resync: resync)))
  }

  @Test(arguments: [0, 1])
  func `among all bytes every one stands`(temperature: Double) throws {
    let result = try Self.decoder(beta: 256, temperature: temperature).decode([1])
    let telemetry = result.summary.telemetry
    #expect(telemetry.acceptanceRate == 1)
    // Three in five drafted bytes are the verifier's own.
    let tolerated = Double(telemetry.acceptance.toleratedBytes)
    #expect((0.3...0.5).contains(tolerated / Double(telemetry.testedBytes)))
  }

  @Test(arguments: Acceptance.Resync.allCases)
  func `greedily the most probable byte alone is exact`(resync: Acceptance.Resync) throws {
    let decoder = Self.decoder(beta: 1, resync: resync)
    let result = try decoder.decode([1])
    #expect(result.output == (try decoder.decode([1], drafting: .never).output))
    #expect(result.summary.telemetry.acceptance.toleratedBytes == 0)
  }

  @Test(arguments: [2, 3, 40], [0, 0.2])
  func `what stands is among the most probable, what does not is not`(
    beta: Int, temperature: Double
  ) throws {
    let decoder = Self.decoder(beta: beta, temperature: temperature)
    var state = decoder.verifier.state(decoder.verifier.seed, after: 1)
    var (stood, fell) = (0, 0)
    _ = try decoder.decode([1]) { event in
      guard case .bytes(let decoded) = event else { return .proceed }
      for (index, byte) in decoded.bytes.enumerated() {
        let ranks = Self.ranks(decoder.verifier.logits(after: state))
        if index < decoded.acceptedCount {
          stood += 1
          #expect(ranks[Int(byte)] < beta)
        } else if let rejected = decoded.rejected.first {
          fell += 1
          #expect(ranks[Int(rejected)] >= beta)
        }
        state = decoder.verifier.state(state, after: byte)
      }
      return .proceed
    }
    #expect(stood > 10 && fell > 10)
  }

  private static func ranks(_ logits: [Float]) -> [Int] {
    var ranks = [Int](repeating: 0, count: 256)
    let order = (0..<256).sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    for (rank, byte) in order.enumerated() { ranks[byte] = rank }
    return ranks
  }

  @Test func `of equal logits the lowest bytes come first`() {
    var rule = TopBetaAcceptance(beta: 2, resync: .none)
    var sampler = ByteSampler(options: SamplingOptions())
    let stands = [0, 1, 2, 255].map { (byte: UInt8) in
      var draft = Draft()
      draft.append(byte, probability: 1)
      return rule.decide(
        0, of: draft, from: [Float](repeating: 1, count: 256), at: 0, sampler: &sampler
      ).isAccepted
    }
    #expect(stands == [true, true, false, false])
  }

  @Test func `a byte that the filters leave out never stands`() throws {
    let decoder = Self.decoder(beta: 256, temperature: 1, topK: 2)
    let output = try decoder.decode([1]).output
    var state = decoder.verifier.state(decoder.verifier.seed, after: 1)
    for byte in output {
      #expect(Self.ranks(decoder.verifier.logits(after: state))[Int(byte)] < 2)
      state = decoder.verifier.state(state, after: byte)
    }
  }

  @Test func `after a rejected byte the verifier writes on to the next white space`() throws {
    var isAlone = false
    var alone = 0
    var drafted = 0
    let result = try Self.decoder(beta: 3, resync: .boundary).decode([1]) { event in
      guard case .bytes(let decoded) = event, let last = decoded.bytes.last else {
        return .proceed
      }
      if isAlone {
        alone += 1
        #expect(decoded.bytes.count == 1 && decoded.rejected.isEmpty)
      } else {
        drafted += decoded.acceptedCount + decoded.rejected.count
      }
      let isWhiteSpace = [9, 10, 11, 12, 13, 32].contains(last)
      isAlone = !isWhiteSpace && (isAlone || !decoded.rejected.isEmpty)
      return .proceed
    }
    #expect(alone > 50 && drafted > 10)
    #expect(result.summary.telemetry.acceptance.resyncBytes == alone)
  }

  @Test(arguments: [0, -1, 257])
  func `beta is 1 to 256`(beta: Int) {
    let error = #expect(throws: DecodingError.self) {
      try Self.decoder(beta: beta).decode([1])
    }
    #expect(error?.description.contains("beta cannot be \(beta); give 1 to 256") == true)
  }
}

import DecodingCore
import SpeculativeDecoding

/// Writes the bytes of a text, again and again, from the first on.
struct RecitingVerifier: VerifierModel {
  let text: [UInt8]

  func makeSession() -> Session { Session(text: text) }

  struct Session: VerifierSession {
    let text: [UInt8]
    /// Bytes consumed after the first, which is the prompt's last.
    var place = -1
    var window = 0
    var windowLimit: Int { 16 }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(DecodingError) {}

    mutating func verify(_ window: [UInt8]) throws(DecodingError) {
      self.window = window.count
      place += window.count
    }

    func copyLogits(after index: Int, into logits: inout [Float]) {
      for byte in logits.indices { logits[byte] = 0 }
      logits[Int(text[(place - window + 1 + index) % text.count])] = 9
    }

    mutating func rollBack(toFirst count: Int) {
      place -= window - count
      window = count
    }
  }
}

/// Drafts the same text in tokens of three bytes, but for every so-manieth byte.
struct RecitingDrafter: DrafterModel {
  let text: [UInt8]
  var wrongEvery = 5

  func makeSession() -> Session { Session(text: text, wrongEvery: wrongEvery) }

  struct Session: DrafterSession {
    let text: [UInt8]
    let wrongEvery: Int

    mutating func observe(_ bytes: ArraySlice<UInt8>) {}

    mutating func catchUp() throws(DecodingError) {}

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      for _ in 0..<3 {
        let place = Int(draft.nextPosition)
        let isWrong = place % wrongEvery == wrongEvery - 1
        draft.append(isWrong ? 0 : text[place % text.count], probability: 0.9)
      }
      draft.endToken()
      return true
    }
  }
}

/// A decoder of fakes.
func recitingDecoder(
  _ text: String, maxBytes: Int, draftLength: DraftLength = .tokens(2)
) -> SpeculativeDecoder<RecitingDrafter, RecitingVerifier> {
  SpeculativeDecoder(
    drafter: RecitingDrafter(text: Array(text.utf8)),
    verifier: RecitingVerifier(text: Array(text.utf8)),
    options: DecodingOptions(maxBytes: maxBytes, draftLength: draftLength))
}

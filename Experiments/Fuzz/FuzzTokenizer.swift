import Drafter
import Foundation
import SpecDecodeTokenizer

/// Input: a `tokenizer.json`. What is accepted must give a text back that it has encoded, unless
/// it has no token for one of the text's bytes, which it leaves out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTokenizer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { read($0) }
}

private func read(_ bytes: [UInt8]) {
  do throws(TokenizerError) {
    let tokenizer = try BPETokenizer(json: Data(bytes), path: "input")
    if text.allSatisfy({ !tokenizer.encode([$0]).isEmpty }) {
      precondition((try? tokenizer.decode(tokenizer.encode(text))) == text)
    }
    _ = tokenizer.encodeNormalized(text)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}

/// Letters, white space, digits, a contraction, an accent in two forms, and bytes that are no text.
private let text = Array("The cafe\u{301}, caf\u{E9}  it's 1815\n".utf8) + [0xFF, 0x00, 0xE2, 0x80]

import Foundation
import Reporting

/// Input: a list of prompts, as JSON Lines. What is accepted has names that are all different.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrompts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { read($0) }
}

private func read(_ bytes: [UInt8]) {
  do throws(PromptFileError) {
    let prompts = try PromptFile.prompts(parsing: Data(bytes), file: "input")
    precondition(!prompts.isEmpty)
    precondition(Set(prompts.map(\.id)).count == prompts.count)
    precondition(prompts.indices.allSatisfy { prompts[$0].index == $0 })
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}

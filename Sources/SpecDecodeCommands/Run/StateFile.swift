package import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding

/// Why a file is no state to continue from.
package struct StateFileError: Error, Equatable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// What is wrong with it.
  package let error: SavedStateError

  /// Both, and what to do about it.
  package var description: String { "\(path): \(error)" }
}

/// Saved generations in files.
enum StateFile {
  /// Reads a state; `-` is standard input.
  static func read(_ path: String) throws -> DecodingState {
    let bytes = try FileInput.regularBytes(of: path, isLikely: isLikely)
    do throws(SavedStateError) {
      return try DecodingState(bytes: bytes)
    } catch {
      throw StateFileError(path: path, error: error)
    }
  }

  /// What `body` gives; where it finds a state wrong, the error names the file.
  static func naming<Value>(
    _ path: String?, _ body: () throws(DecodingError) -> Value
  ) throws -> Value {
    do throws(DecodingError) {
      return try body()
    } catch {
      guard case .savedState(let fault) = error else { throw error }
      throw StateFileError(path: path ?? "", error: fault)
    }
  }

  /// Whether bytes may be the first of a state.
  private static func isLikely(_ start: [UInt8]) -> Bool {
    do throws(SavedStateError) {
      _ = try DecodingState(bytes: start)
    } catch {
      return error != .notASavedState
    }
    return true
  }

  /// Replaces the file when all of the state is written, and says so unless it is to be quiet.
  static func write(_ state: DecodingState, to path: String, isQuiet: Bool) throws {
    let bytes = state.serialized()
    try FileOutput.write(Data(bytes), to: path)
    guard !isQuiet else { return }
    StandardError.say(
      "saved to \(path): \(NumberText.count(Int(clamping: state.position), "byte")) generated, \(NumberText.bytes(bytes.count))\n"
    )
  }
}

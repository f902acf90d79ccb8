package import DecodingCore
import Foundation
import Reporting
import SpeculativeDecoding

/// Why a file is no state to go on from.
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
    let bytes = try FileInput.bytes(of: path)
    do throws(SavedStateError) {
      return try DecodingState(bytes: bytes)
    } catch {
      throw StateFileError(path: path, error: error)
    }
  }

  /// Replaces the file when all of the state is written, and says so.
  static func write(_ state: DecodingState, to path: String) throws {
    let bytes = state.bytes
    try FileOutput.write(Data(bytes), to: path)
    StandardError.write(
      "saved to \(path): \(state.position) bytes generated, \(NumberText.bytes(bytes.count))\n")
  }
}

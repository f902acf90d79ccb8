package import Foundation
import Synchronization

/// Folders that are being filled, to go when the program ends before they are complete.
package final class PartialFolders: Sendable {
  /// Those of the program.
  static let ofProgram = PartialFolders()

  private let folders = Mutex<Set<URL>>([])

  /// None yet.
  package init() {}

  /// Makes a folder that is to be filled.
  package func create(_ folder: URL) throws {
    try folders.withLock { folders in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      folders.insert(folder)
    }
  }

  /// Forgets a folder that is complete or gone.
  package func forget(_ folder: URL) {
    folders.withLock { _ = $0.remove(folder) }
  }

  /// Removes them all, and does something before another can be made.
  package func removeAll(then body: () -> Void) {
    folders.withLock { folders in
      // The writer goes on meanwhile: a file that comes in between keeps a folder.
      for folder in folders {
        for _ in 0..<10 where FileManager.default.fileExists(atPath: folder.path) {
          try? FileManager.default.removeItem(at: folder)
        }
      }
      body()
    }
  }
}

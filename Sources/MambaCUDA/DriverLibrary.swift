import Foundation
import Synchronization

/// The driver's library, opened when it is first asked for and kept open.
enum DriverLibrary {
  /// By its soname only: toolkits bring others of the same name, which drive nothing.
  private static let name = "libcuda.so.1"

  private static let opened: Result<DriverTable, CUDAError> = {
    do throws(CUDAError) {
      return .success(try open())
    } catch {
      return .failure(error)
    }
  }()

  /// The table of the system's driver.
  ///
  /// - Throws: `CUDAError.noDriver`, `.missingEntry`.
  static func table() throws(CUDAError) -> DriverTable { try opened.get() }

  private static func open() throws(CUDAError) -> DriverTable {
    // SAFETY: the strings are the system's; the library is never closed.
    guard let library = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
      let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "\(name) does not open"
      throw .noDriver(reason: reason)
    }
    return try unsafe DriverTable { unsafe dlsym(library, $0) }
  }
}

extension Device {
  private static let opened = Mutex<[Int: WeakDevice]>([:])

  /// A GPU of the system's driver; models of a process share it.
  ///
  /// - Throws: `CUDAError`.
  package static func shared(index: Int) throws(CUDAError) -> Device {
    let table = try DriverLibrary.table()
    return try opened.withLock { opened throws(CUDAError) in
      if let device = opened[index]?.device { return device }
      let device = try Device(index: index, table: table)
      opened[index] = WeakDevice(device)
      return device
    }
  }

  /// The names of the GPUs that the driver lists.
  ///
  /// - Throws: `CUDAError`.
  package static func names() throws(CUDAError) -> [String] {
    let table = try DriverLibrary.table()
    var names: [String] = []
    for index in 0..<(try deviceCount(table)) { names.append(try name(of: index, table)) }
    return names
  }
}

private struct WeakDevice {
  weak var device: Device?

  init(_ device: Device) { self.device = device }
}

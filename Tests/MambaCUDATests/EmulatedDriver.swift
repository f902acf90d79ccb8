import EmulatedGPU
import Foundation
import MambaCUDA
import Synchronization

/// A driver whose GPU is emulated: memory is the host's, and launches run kernels.cu on fibers.
///
/// The emulation has one set of threads for all devices, so launches take turns.
final class EmulatedDriver: Sendable {
  private struct Launch {
    let kernel: String
    let grid: (UInt32, UInt32)
    let threads: UInt32
    let shared: Int
    /// Whether its blocks may wait for one another.
    let isTogether: Bool
    let arguments: [[UInt64]]
  }

  private struct Contents {
    var names: [String] = []
    var capturing: [Launch]?
    var graphs: [[Launch]] = []
  }

  private static let turn = Mutex<Void>(())

  /// 90 with tensor cores, 75 without.
  let architecture: CInt
  private let contents = Mutex(Contents())

  init(architecture: CInt) {
    self.architecture = architecture
  }

  var table: DriverTable {
    var table = FakeDriver(capability: architecture, processors: 18).table
    unsafe table.allocate = { out, size in
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 256)
      // What nothing wrote must not show.
      unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5, count: size)
      unsafe out.pointee = UInt64(UInt(bitPattern: memory))
      return 0
    }
    table.free = { address in
      unsafe Self.pointer(address).deallocate()
      return 0
    }
    unsafe table.hostAddress = { out, memory, _ in
      unsafe out.pointee = UInt64(UInt(bitPattern: memory))
      return 0
    }
    unsafe table.copyToDevice = { target, source, size in
      unsafe Self.pointer(target).copyMemory(from: source, byteCount: size)
      return 0
    }
    unsafe table.copyToHost = { target, source, size in
      unsafe target.copyMemory(from: Self.pointer(source), byteCount: size)
      return 0
    }
    table.copy = { target, source, size, _ in
      unsafe Self.pointer(target).copyMemory(from: Self.pointer(source), byteCount: size)
      return 0
    }
    table.clear = { target, byte, size, _ in
      unsafe Self.pointer(target).initializeMemory(as: UInt8.self, repeating: byte, count: size)
      return 0
    }
    unsafe table.function = { out, _, name in
      let name = unsafe String(cString: name)
      guard unsafe emulated_has_kernel(self.architecture, name) != 0 else { return 500 }
      return self.contents.withLock { contents in
        contents.names.append(name)
        unsafe out.pointee = UInt(contents.names.count)
        return 0
      }
    }
    table.beginCapture = { _, _ in
      self.contents.withLock { $0.capturing = [] }
      return 0
    }
    unsafe table.endCapture = { _, out in
      self.contents.withLock { contents in
        contents.graphs.append(contents.capturing ?? [])
        contents.capturing = nil
        unsafe out.pointee = UInt(contents.graphs.count)
        return 0
      }
    }
    unsafe table.makeExecutable = { out, graph, _ in
      unsafe out.pointee = graph
      return 0
    }
    table.launchGraph = { graph, _ in
      let launches = self.contents.withLock { $0.graphs[Int(graph) - 1] }
      for launch in launches where !self.run(launch) { return 700 }
      return 0
    }
    table.destroyExecutable = { _ in 0 }
    table.destroyGraph = { _ in 0 }
    unsafe table.launch = { configuration, function, arguments, _ in
      let launch = unsafe self.read(configuration, function, arguments)
      // What FakeDriver says that a block has; more is an invalid value.
      guard launch.shared <= 100 << 10 else { return 1 }
      let isCaptured = self.contents.withLock { contents in
        contents.capturing?.append(launch)
        return contents.capturing != nil
      }
      return isCaptured || self.run(launch) ? 0 : 700
    }
    return table
  }

  private static func pointer(_ address: UInt64) -> UnsafeMutableRawPointer {
    guard let pointer = unsafe UnsafeMutableRawPointer(bitPattern: UInt(address)) else {
      preconditionFailure("no address")
    }
    return unsafe pointer
  }

  /// The sizes of a launch, and a copy of its arguments as the driver makes one.
  private func read(
    _ configuration: UnsafeRawPointer, _ function: DriverTable.Handle,
    _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) -> Launch {
    let kernel = contents.withLock { $0.names[Int(function) - 1] }
    func size(_ index: Int) -> UInt32 {
      unsafe configuration.load(fromByteOffset: 4 * index, as: UInt32.self)
    }
    func word(_ index: Int) -> UInt64 {
      unsafe configuration.load(fromByteOffset: 8 * index, as: UInt64.self)
    }
    // The first attribute, if there is one.
    let attribute =
      word(6) > 0 ? unsafe Self.pointer(word(5)).load(as: UInt32.self) : 0
    let count = unsafe Int(emulated_argument_count(architecture, kernel))
    let values = (0..<count).map { index in
      let words = unsafe emulated_argument_size(architecture, kernel, CInt(index)) / 8
      guard let base = unsafe arguments[index] else { return [UInt64]() }
      return (0..<words).map { unsafe base.load(fromByteOffset: 8 * $0, as: UInt64.self) }
    }
    return Launch(
      kernel: kernel, grid: (size(0), size(1)), threads: size(3), shared: Int(size(6)),
      isTogether: attribute == 2, arguments: values)
  }

  private func run(_ launch: Launch) -> Bool {
    Self.turn.withLock { _ in
      var words = launch.arguments.flatMap { $0 }
      return unsafe words.withUnsafeMutableBytes { bytes in
        var offset = 0
        let pointers: [UnsafeMutableRawPointer?] = unsafe launch.arguments.map { argument in
          defer { offset += 8 * argument.count }
          return unsafe bytes.baseAddress.map { unsafe $0 + offset }
        }
        return unsafe emulated_launch(
          architecture, launch.kernel, launch.grid.0, launch.grid.1, launch.threads,
          launch.shared, launch.isTogether ? 1 : 0, pointers) != 0
      }
    }
  }
}

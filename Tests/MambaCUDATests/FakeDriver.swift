import Foundation
import MambaCUDA
import Synchronization

/// A driver without a GPU: it hands out addresses, notes what is called, and computes nothing.
final class FakeDriver: Sendable {
  struct Log {
    var calls: [String] = []
    /// What was handed out and not given back.
    var live: [String: Set<UInt64>] = [:]
    var next: UInt64 = 0x1000
  }

  /// As the driver counts them: CUDA 12.4.
  let version: CInt
  let deviceCount: CInt
  let capability: CInt
  let processors: CInt
  /// The number of the call that fails, from 0, and what it returns.
  private let failing: (call: Int, result: DriverResult)?
  private let log = Mutex(Log())

  init(
    version: CInt = 12040, deviceCount: CInt = 1, capability: CInt = 90, processors: CInt = 8,
    failing: (call: Int, result: DriverResult)? = nil
  ) {
    self.version = version
    self.deviceCount = deviceCount
    self.capability = capability
    self.processors = processors
    self.failing = failing
  }

  var calls: [String] { log.withLock { $0.calls } }

  /// Kinds of what was handed out and not given back.
  var leaks: [String] { log.withLock { $0.live.filter { !$0.value.isEmpty }.keys.sorted() } }

  private func call(_ name: String, _ effect: (inout Log) -> Void = { _ in }) -> DriverResult {
    log.withLock { log in
      log.calls.append(name)
      if let failing, failing.call == log.calls.count - 1 { return failing.result }
      effect(&log)
      return 0
    }
  }

  private func make(_ kind: String) -> (inout Log) -> UInt64 {
    { log in
      log.next += 0x1000
      log.live[kind, default: []].insert(log.next)
      return log.next
    }
  }

  private func drop(_ kind: String, _ address: UInt64) -> (inout Log) -> Void {
    { $0.live[kind, default: []].remove(address) }
  }
}

extension FakeDriver {
  var table: DriverTable {
    // Every field is set below; the address is never called.
    guard
      var table = try? unsafe DriverTable(lookup: { _ in
        unsafe UnsafeMutableRawPointer(bitPattern: 8)
      })
    else { preconditionFailure("a lookup that finds everything") }
    table.initialize = { _ in self.call("initialize") }
    unsafe table.driverVersion = { out in
      self.call("driverVersion") { _ in unsafe out.pointee = self.version }
    }
    unsafe table.deviceCount = { out in
      self.call("deviceCount") { _ in unsafe out.pointee = self.deviceCount }
    }
    unsafe table.device = { out, index in self.call("device") { _ in unsafe out.pointee = index } }
    unsafe table.deviceName = { out, _, _ in
      self.call("deviceName") { _ in
        for (index, byte) in "Fake GPU".utf8CString.enumerated() { unsafe out[index] = byte }
      }
    }
    unsafe table.deviceAttribute = { out, attribute, _ in
      self.call("deviceAttribute") { _ in
        unsafe out.pointee =
          switch attribute {
          case 75: self.capability / 10
          case 76: self.capability % 10
          case 16: self.processors
          default: 100 << 10
          }
      }
    }
    unsafe table.deviceMemory = { out, _ in
      self.call("deviceMemory") { _ in unsafe out.pointee = 1 << 30 }
    }
    table.setContextFlags = { _, _ in self.call("setContextFlags") }
    unsafe table.retainContext = { out, _ in
      self.call("retainContext") { unsafe out.pointee = UInt(self.make("context")(&$0)) }
    }
    table.releaseContext = { _ in self.call("releaseContext") { $0.live["context"] = [] } }
    table.setCurrentContext = { _ in self.call("setCurrentContext") }
    unsafe table.loadModule = { out, _ in
      self.call("loadModule") { unsafe out.pointee = UInt(self.make("module")(&$0)) }
    }
    table.unloadModule = { self.call("unloadModule", self.drop("module", UInt64($0))) }
    unsafe table.function = { out, _, _ in
      self.call("function") {
        $0.next += 1
        unsafe out.pointee = UInt($0.next)
      }
    }
    table.setFunctionAttribute = { _, _, _ in self.call("setFunctionAttribute") }
    unsafe table.memoryInfo = { free, whole in
      self.call("memoryInfo") { _ in
        unsafe free.pointee = 1 << 20
        unsafe whole.pointee = 1 << 30
      }
    }
    unsafe table.allocate = { out, _ in
      self.call("allocate") { unsafe out.pointee = self.make("memory")(&$0) }
    }
    table.free = { self.call("free", self.drop("memory", $0)) }
    unsafe table.allocateHost = { out, size, _ in
      self.call("allocateHost") { log in
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        log.live["host", default: []].insert(UInt64(UInt(bitPattern: memory)))
        unsafe out.pointee = memory
      }
    }
    unsafe table.freeHost = { memory in
      defer { unsafe memory.deallocate() }
      return self.call("freeHost", self.drop("host", UInt64(UInt(bitPattern: memory))))
    }
    unsafe table.hostAddress = { out, _, _ in
      self.call("hostAddress") {
        $0.next += 0x1000
        unsafe out.pointee = $0.next
      }
    }
    unsafe table.copyToDevice = { _, _, _ in self.call("copyToDevice") }
    unsafe table.copyToHost = { target, _, size in
      self.call("copyToHost") { _ in
        unsafe target.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      }
    }
    table.copy = { _, _, _, _ in self.call("copy") }
    table.clear = { _, _, _, _ in self.call("clear") }
    unsafe table.makeStream = { out, _ in
      self.call("makeStream") { unsafe out.pointee = UInt(self.make("stream")(&$0)) }
    }
    table.destroyStream = { self.call("destroyStream", self.drop("stream", UInt64($0))) }
    table.synchronize = { _ in self.call("synchronize") }
    table.beginCapture = { _, _ in self.call("beginCapture") }
    unsafe table.endCapture = { _, out in
      self.call("endCapture") { unsafe out.pointee = UInt(self.make("graph")(&$0)) }
    }
    unsafe table.makeExecutable = { out, _, _ in
      self.call("makeExecutable") { unsafe out.pointee = UInt(self.make("executable")(&$0)) }
    }
    table.launchGraph = { _, _ in self.call("launchGraph") }
    table.destroyExecutable = {
      self.call("destroyExecutable", self.drop("executable", UInt64($0)))
    }
    table.destroyGraph = { self.call("destroyGraph", self.drop("graph", UInt64($0))) }
    unsafe table.launch = { _, _, _, _ in self.call("launch") }
    unsafe table.errorName = { _, _ in 1 }
    unsafe table.errorText = { _, _ in 1 }
    return table
  }
}

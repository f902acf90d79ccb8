import MambaCUDAKernels
import Synchronization

/// A GPU: its context, its stream and the kernels loaded for it.
///
/// Work goes to one stream, in order. Calls that fail are errors of the device: what was computed
/// since is not to be used.
@safe
package final class Device: Sendable {
  package let index: Int
  package let name: String
  /// The compute capability, times ten.
  package let capability: Int
  /// Processors that run blocks.
  package let processors: Int
  /// Memory in a block that all its threads share, in bytes.
  package let sharedByteCount: Int
  /// What the driver supports: 1000 x major + 10 x minor of CUDA.
  package let driverVersion: Int
  /// Which kernels were loaded: `sm_90`, `compute_75`.
  package let kernelsName: String

  let table: DriverTable
  let stream: DriverTable.Handle
  /// Whether kernels are launched before those ahead of them end.
  let launchesEarly: Bool
  private let handle: CInt
  private let context: DriverTable.Handle
  private let module: DriverTable.Handle
  private let functions: [Kernel: DriverTable.Handle]

  /// CUDA 12.0.
  private static let oldestDriver = 12000

  /// - Parameters:
  ///   - index: which GPU, counted from 0 as the driver lists them.
  ///   - architecture: which kernels to load, for tests; nil for the best.
  ///   - file: a compiled kernels.cu to load instead, for experiments.
  package init(
    index: Int, table: DriverTable, architecture: Int? = nil, image file: [UInt8]? = nil
  ) throws(CUDAError) {
    self.index = index
    self.table = table
    let count = try Self.deviceCount(table)
    driverVersion = unsafe try table.value("cuDriverGetVersion") { unsafe table.driverVersion($0) }
    guard driverVersion >= Self.oldestDriver else {
      throw .driverTooOld(found: driverVersion, needed: Self.oldestDriver)
    }
    guard (0..<count).contains(index) else { throw .noDevice(index: index, count: count) }
    var device: CInt = 0
    try table.check("cuDeviceGet", unsafe table.device(&device, CInt(index)))
    handle = device
    func attribute(_ attribute: DeviceAttribute) throws(CUDAError) -> Int {
      unsafe try table.value("cuDeviceGetAttribute") {
        unsafe table.deviceAttribute($0, attribute.rawValue, device)
      }
    }
    let name = try Self.name(of: index, table)
    let capability = try 10 * attribute(.capabilityMajor) + attribute(.capabilityMinor)
    self.name = name
    self.capability = capability
    processors = try attribute(.processors)
    sharedByteCount = try attribute(.sharedMemory)
    let images = KernelImage.all.filter { $0.runs(on: capability, asked: architecture) }
    guard let image = images.first else { throw .deviceTooOld(name: name, capability: capability) }
    kernelsName = image.name
    launchesEarly = image.architecture >= 90

    // A waiting thread spins: sleeping costs more than a pass of a small model.
    _ = table.setContextFlags(device, 1)
    var context: DriverTable.Handle = 0
    try table.check("cuDevicePrimaryCtxRetain", unsafe table.retainContext(&context, device))
    self.context = context
    var (module, stream): (DriverTable.Handle, DriverTable.Handle) = (0, 0)
    do throws(CUDAError) {
      try table.check("cuCtxSetCurrent", table.setCurrentContext(context))
      var loaded: DriverResult = 0
      if let file {
        unsafe file.withUnsafeBytes { bytes in
          if let start = bytes.baseAddress { loaded = unsafe table.loadModule(&module, start) }
        }
      } else {
        loaded = unsafe table.loadModule(&module, image.data)
      }
      try table.check("cuModuleLoadData", loaded)
      functions = try Self.functions(of: module, image, table)
      // It does not wait for the default stream.
      try table.check("cuStreamCreate", unsafe table.makeStream(&stream, 1))
    } catch {
      if module != 0 { _ = table.unloadModule(module) }
      _ = table.releaseContext(device)
      throw error
    }
    self.module = module
    self.stream = stream
  }

  deinit {
    _ = table.setCurrentContext(context)
    _ = table.destroyStream(stream)
    _ = table.unloadModule(module)
    _ = table.releaseContext(handle)
  }

  /// What a GPU is called.
  static func name(of index: Int, _ table: DriverTable) throws(CUDAError) -> String {
    var device: CInt = 0
    unsafe try table.check("cuDeviceGet", table.device(&device, CInt(index)))
    var text = [CChar](repeating: 0, count: 256)
    unsafe try table.check("cuDeviceGetName", table.deviceName(&text, CInt(text.count), device))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// How many GPUs the driver lists.
  package static func deviceCount(_ table: DriverTable) throws(CUDAError) -> Int {
    let started = table.initialize(0)
    // The driver is there and no device is.
    if started == 100 { return 0 }
    try table.check("cuInit", started)
    return unsafe try table.value("cuDeviceGetCount") { unsafe table.deviceCount($0) }
  }

  private static func functions(
    of module: DriverTable.Handle, _ image: KernelImage, _ table: DriverTable
  ) throws(CUDAError) -> [Kernel: DriverTable.Handle] {
    var functions: [Kernel: DriverTable.Handle] = [:]
    for kernel in Kernel.all where image.architecture >= 80 || kernel.isInEveryImage {
      var function: DriverTable.Handle = 0
      try table.check(
        "cuModuleGetFunction", unsafe table.function(&function, module, kernel.name))
      functions[kernel] = function
    }
    return functions
  }

  /// Makes the calls that follow on this thread go to this device.
  func enter() throws(CUDAError) {
    try table.check("cuCtxSetCurrent", table.setCurrentContext(context))
  }

  /// Waits until all work so far is done.
  package func synchronize() throws(CUDAError) {
    try enter()
    try table.check("cuStreamSynchronize", table.synchronize(stream))
  }

  /// The largest instance of a kernel for a number of rows.
  func instance(_ name: Kernel.Name, rows: Int) -> Kernel {
    let kernel = Kernel(name, rows: rows)
    return functions[kernel] == nil ? Kernel(name, rows: Kernel.rowLimit) : kernel
  }

  /// Whether products run on tensor cores.
  private var hasTensorCores: Bool { functions[Kernel(.input, rows: 1)] != nil }

  /// Whether a kernel's blocks share positions out over their warps, not columns.
  func isWide(_ kernel: Kernel) -> Bool { hasTensorCores && kernel.size > 16 }

  /// Threads of a block of a product at most.
  func threadLimit(_ kernel: Kernel) -> Int { hasTensorCores && kernel.size == 16 ? 512 : 256 }

  /// Those of a pass in many kernels.
  var kernels: [Kernel] { functions.keys.filter { $0.base != .functions && $0.base != .pass } }

  /// Whether it has the kernels that are a pass in one.
  var runsWholePasses: Bool { functions[Kernel(.pass)] != nil }

  func handle(of kernel: Kernel) -> DriverTable.Handle {
    guard let function = functions[kernel] else { preconditionFailure("no kernel \(kernel.name)") }
    return function
  }

  /// Lets a kernel take as much shared memory as it will ever ask for.
  ///
  /// All kernels ask for the same split of a processor's memory, the largest shared part: a processor
  /// would have to be idle to change it, and kernels could not overlap.
  func allow(_ kernel: Kernel, sharedByteCount: Int) throws(CUDAError) {
    func set(_ attribute: CInt, _ value: Int) throws(CUDAError) {
      try table.check(
        "cuFuncSetAttribute",
        table.setFunctionAttribute(handle(of: kernel), attribute, CInt(value)))
    }
    // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, …_PREFERRED_SHARED_MEMORY_CARVEOUT (percent)
    try set(8, sharedByteCount)
    try set(9, 100)
  }
}

private enum DeviceAttribute: CInt {
  case processors = 16
  case capabilityMajor = 75
  case capabilityMinor = 76
  /// CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
  case sharedMemory = 97
}

extension DriverTable {
  /// Throws when a call failed.
  func check(_ function: String, _ result: DriverResult) throws(CUDAError) {
    guard result != 0 else { return }
    func text(_ read: (Out<UnsafePointer<CChar>?>) -> DriverResult) -> String {
      var pointer: UnsafePointer<CChar>?
      guard unsafe read(&pointer) == 0, let pointer = unsafe pointer else { return "\(result)" }
      return unsafe String(cString: pointer)
    }
    throw unsafe .call(
      function: function, name: text { unsafe errorName(result, $0) },
      text: unsafe text { unsafe errorText(result, $0) })
  }

  /// What a call writes.
  func value(
    _ function: String, _ call: (Out<CInt>) -> DriverResult
  ) throws(CUDAError) -> Int {
    var value: CInt = 0
    try check(function, unsafe call(&value))
    return Int(value)
  }
}

extension Device {
  /// The table of the system's driver.
  ///
  /// - Throws: `CUDAError.noDriver`, `.missingEntry`.
  package static func systemTable() throws(CUDAError) -> DriverTable { try DriverLibrary.table() }
}

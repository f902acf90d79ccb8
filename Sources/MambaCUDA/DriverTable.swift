/// What the driver's functions return; 0 is success.
package typealias DriverResult = CInt

/// The functions of the NVIDIA driver that are used, each a field; tests put fakes in their place.
///
/// Contexts, modules, functions, streams and graphs are handles; memory of the GPU has 64-bit
/// addresses of its own. Nothing of CUDA is needed to build this.
@safe
package struct DriverTable: Sendable {
  package typealias Address = UInt64
  package typealias Handle = UInt
  package typealias Out<Value> = UnsafeMutablePointer<Value>

  /// Must come first.
  package var initialize: @Sendable (CUnsignedInt) -> DriverResult
  /// 1000 x major + 10 x minor of the CUDA that the driver supports.
  package var driverVersion: @Sendable (Out<CInt>) -> DriverResult
  package var deviceCount: @Sendable (Out<CInt>) -> DriverResult
  /// The device with an index.
  package var device: @Sendable (Out<CInt>, CInt) -> DriverResult
  package var deviceName: @Sendable (Out<CChar>, CInt, CInt) -> DriverResult
  package var deviceAttribute: @Sendable (Out<CInt>, CInt, CInt) -> DriverResult
  package var deviceMemory: @Sendable (Out<Int>, CInt) -> DriverResult
  package var setContextFlags: @Sendable (CInt, CUnsignedInt) -> DriverResult
  package var retainContext: @Sendable (Out<Handle>, CInt) -> DriverResult
  package var releaseContext: @Sendable (CInt) -> DriverResult
  package var setCurrentContext: @Sendable (Handle) -> DriverResult
  package var loadModule: @Sendable (Out<Handle>, UnsafeRawPointer) -> DriverResult
  package var unloadModule: @Sendable (Handle) -> DriverResult
  package var function: @Sendable (Out<Handle>, Handle, UnsafePointer<CChar>) -> DriverResult
  package var setFunctionAttribute: @Sendable (Handle, CInt, CInt) -> DriverResult
  /// Free and whole memory.
  package var memoryInfo: @Sendable (Out<Int>, Out<Int>) -> DriverResult
  package var allocate: @Sendable (Out<Address>, Int) -> DriverResult
  package var free: @Sendable (Address) -> DriverResult
  /// Memory of the host that the device reads and writes.
  package var allocateHost:
    @Sendable (Out<UnsafeMutableRawPointer?>, Int, CUnsignedInt) -> DriverResult
  package var freeHost: @Sendable (UnsafeMutableRawPointer) -> DriverResult
  package var hostAddress:
    @Sendable (Out<Address>, UnsafeMutableRawPointer, CUnsignedInt) -> DriverResult
  package var copyToDevice: @Sendable (Address, UnsafeRawPointer, Int) -> DriverResult
  package var copyToHost: @Sendable (UnsafeMutableRawPointer, Address, Int) -> DriverResult
  package var copy: @Sendable (Address, Address, Int, Handle) -> DriverResult
  package var clear: @Sendable (Address, UInt8, Int, Handle) -> DriverResult
  package var makeStream: @Sendable (Out<Handle>, CUnsignedInt) -> DriverResult
  package var destroyStream: @Sendable (Handle) -> DriverResult
  package var synchronize: @Sendable (Handle) -> DriverResult
  package var beginCapture: @Sendable (Handle, CInt) -> DriverResult
  package var endCapture: @Sendable (Handle, Out<Handle>) -> DriverResult
  package var makeExecutable: @Sendable (Out<Handle>, Handle, UInt64) -> DriverResult
  package var launchGraph: @Sendable (Handle, Handle) -> DriverResult
  package var destroyExecutable: @Sendable (Handle) -> DriverResult
  package var destroyGraph: @Sendable (Handle) -> DriverResult
  /// A configuration, a function, the addresses of its arguments, and none.
  package var launch:
    @Sendable (UnsafeRawPointer, Handle, Out<UnsafeMutableRawPointer?>, Handle) -> DriverResult
  package var errorName: @Sendable (DriverResult, Out<UnsafePointer<CChar>?>) -> DriverResult
  package var errorText: @Sendable (DriverResult, Out<UnsafePointer<CChar>?>) -> DriverResult
}

extension DriverTable {
  /// Fills the table by name.
  ///
  /// - Parameter lookup: the address of a function; nil where there is none.
  /// - Throws: `CUDAError.missingEntry`.
  package init(lookup: (String) -> UnsafeMutableRawPointer?) throws(CUDAError) {
    // SAFETY: the types are those of the driver's header for these names.
    func entry<Function>(_ name: String, _: Function.Type) throws(CUDAError) -> Function {
      guard let address = unsafe lookup(name) else { throw .missingEntry(name: name) }
      return unsafe unsafeBitCast(address, to: Function.self)
    }
    initialize = try entry(
      "cuInit", (@convention(c) @Sendable (CUnsignedInt) -> DriverResult).self)
    unsafe driverVersion = try entry(
      "cuDriverGetVersion", (@convention(c) @Sendable (Out<CInt>) -> DriverResult).self)
    unsafe deviceCount = try entry(
      "cuDeviceGetCount", (@convention(c) @Sendable (Out<CInt>) -> DriverResult).self)
    unsafe device = try entry(
      "cuDeviceGet", (@convention(c) @Sendable (Out<CInt>, CInt) -> DriverResult).self)
    unsafe deviceName = try entry(
      "cuDeviceGetName", (@convention(c) @Sendable (Out<CChar>, CInt, CInt) -> DriverResult).self)
    unsafe deviceAttribute = try entry(
      "cuDeviceGetAttribute",
      (@convention(c) @Sendable (
        Out<CInt>, CInt, CInt
      ) -> DriverResult).self)
    unsafe deviceMemory = try entry(
      "cuDeviceTotalMem_v2", (@convention(c) @Sendable (Out<Int>, CInt) -> DriverResult).self)
    setContextFlags = try entry(
      "cuDevicePrimaryCtxSetFlags_v2",
      (@convention(c) @Sendable (
        CInt, CUnsignedInt
      ) -> DriverResult).self)
    unsafe retainContext = try entry(
      "cuDevicePrimaryCtxRetain",
      (@convention(c) @Sendable (
        Out<Handle>, CInt
      ) -> DriverResult).self)
    releaseContext = try entry(
      "cuDevicePrimaryCtxRelease_v2", (@convention(c) @Sendable (CInt) -> DriverResult).self)
    setCurrentContext = try entry(
      "cuCtxSetCurrent", (@convention(c) @Sendable (Handle) -> DriverResult).self)
    unsafe loadModule = try entry(
      "cuModuleLoadData",
      (@convention(c) @Sendable (
        Out<Handle>, UnsafeRawPointer
      ) -> DriverResult).self)
    unloadModule = try entry(
      "cuModuleUnload", (@convention(c) @Sendable (Handle) -> DriverResult).self)
    unsafe function = try entry(
      "cuModuleGetFunction",
      (@convention(c) @Sendable (
        Out<Handle>, Handle, UnsafePointer<CChar>
      ) -> DriverResult).self)
    setFunctionAttribute = try entry(
      "cuFuncSetAttribute", (@convention(c) @Sendable (Handle, CInt, CInt) -> DriverResult).self)
    unsafe memoryInfo = try entry(
      "cuMemGetInfo_v2", (@convention(c) @Sendable (Out<Int>, Out<Int>) -> DriverResult).self)
    unsafe allocate = try entry(
      "cuMemAlloc_v2", (@convention(c) @Sendable (Out<Address>, Int) -> DriverResult).self)
    free = try entry(
      "cuMemFree_v2", (@convention(c) @Sendable (Address) -> DriverResult).self)
    unsafe allocateHost = try entry(
      "cuMemHostAlloc",
      (@convention(c) @Sendable (
        Out<UnsafeMutableRawPointer?>, Int, CUnsignedInt
      ) -> DriverResult).self)
    unsafe freeHost = try entry(
      "cuMemFreeHost", (@convention(c) @Sendable (UnsafeMutableRawPointer) -> DriverResult).self)
    unsafe hostAddress = try entry(
      "cuMemHostGetDevicePointer_v2",
      (@convention(c) @Sendable (
        Out<Address>, UnsafeMutableRawPointer, CUnsignedInt
      ) -> DriverResult).self)
    unsafe copyToDevice = try entry(
      "cuMemcpyHtoD_v2",
      (@convention(c) @Sendable (
        Address, UnsafeRawPointer, Int
      ) -> DriverResult).self)
    unsafe copyToHost = try entry(
      "cuMemcpyDtoH_v2",
      (@convention(c) @Sendable (
        UnsafeMutableRawPointer, Address, Int
      ) -> DriverResult).self)
    copy = try entry(
      "cuMemcpyDtoDAsync_v2",
      (@convention(c) @Sendable (
        Address, Address, Int, Handle
      ) -> DriverResult).self)
    clear = try entry(
      "cuMemsetD8Async",
      (@convention(c) @Sendable (
        Address, UInt8, Int, Handle
      ) -> DriverResult).self)
    unsafe makeStream = try entry(
      "cuStreamCreate", (@convention(c) @Sendable (Out<Handle>, CUnsignedInt) -> DriverResult).self)
    destroyStream = try entry(
      "cuStreamDestroy_v2", (@convention(c) @Sendable (Handle) -> DriverResult).self)
    synchronize = try entry(
      "cuStreamSynchronize", (@convention(c) @Sendable (Handle) -> DriverResult).self)
    beginCapture = try entry(
      "cuStreamBeginCapture_v2", (@convention(c) @Sendable (Handle, CInt) -> DriverResult).self)
    unsafe endCapture = try entry(
      "cuStreamEndCapture", (@convention(c) @Sendable (Handle, Out<Handle>) -> DriverResult).self)
    unsafe makeExecutable = try entry(
      "cuGraphInstantiateWithFlags",
      (@convention(c) @Sendable (
        Out<Handle>, Handle, UInt64
      ) -> DriverResult).self)
    launchGraph = try entry(
      "cuGraphLaunch", (@convention(c) @Sendable (Handle, Handle) -> DriverResult).self)
    destroyExecutable = try entry(
      "cuGraphExecDestroy", (@convention(c) @Sendable (Handle) -> DriverResult).self)
    destroyGraph = try entry(
      "cuGraphDestroy", (@convention(c) @Sendable (Handle) -> DriverResult).self)
    unsafe launch = try entry(
      "cuLaunchKernelEx",
      (@convention(c) @Sendable (
        UnsafeRawPointer, Handle, Out<UnsafeMutableRawPointer?>, Handle
      ) -> DriverResult).self)
    unsafe errorName = try entry(
      "cuGetErrorName",
      (@convention(c) @Sendable (
        DriverResult, Out<UnsafePointer<CChar>?>
      ) -> DriverResult).self)
    unsafe errorText = try entry(
      "cuGetErrorString",
      (@convention(c) @Sendable (
        DriverResult, Out<UnsafePointer<CChar>?>
      ) -> DriverResult).self)
  }
}

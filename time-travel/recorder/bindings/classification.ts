/**
 * Every function and class that the bindings of Node 22, 24 and 26 export, and what becomes of it. The conformance suite
 * compares this with the binaries, so that a Node that exports something new is noticed before a program meets it.
 */
export interface BindingClasses {
  /** Behind the boundary: logged while recording, answered from the log in replay. */
  recorded?: string;
  /** Depends on nothing but its arguments and on what passed it before: done again in replay. */
  pure?: string;
  /** Runs for itself in replay too, and may show what is the replay's own: tools that look at the process from outside. */
  real?: string;
  /** Runs while recording; a replay stops there and says so, since native code would reach outside. */
  refused?: string;
}

const names = (...lines: string[]): string => lines.join(' ');

export const CLASSIFICATION: Record<string, BindingClasses> = {
  async_context_frame: {
    pure: 'getContinuationPreservedEmbedderData setContinuationPreservedEmbedderData',
  },
  async_wrap: {
    pure: names(
      'clearAsyncIdStack executionAsyncResource getPromiseHooks popAsyncContext pushAsyncContext',
      'queueDestroyAsyncId registerDestroyHook setCallbackTrampoline setPromiseHooks setupHooks',
    ),
  },
  blob: {
    recorded: 'concat createBlob createBlobFromFilePath getDataObject revokeObjectURL storeDataObject',
  },
  block_list: {
    pure: 'BlockList SocketAddress',
  },
  buffer: {
    pure: names(
      'arrayBufferAlignedOffset asciiSlice asciiWriteStatic atob base64Slice base64Write base64urlSlice',
      'base64urlWrite btoa byteLengthUtf8 compare compareOffset copy copyArrayBuffer createUnsafeArrayBuffer fill',
      'hexSlice hexWrite indexOfBuffer indexOfNumber indexOfString isAscii isUtf8 latin1Slice latin1WriteStatic',
      'setDetachKey swap16 swap32 swap64 ucs2Slice ucs2Write utf8Slice utf8WriteStatic',
    ),
  },
  builtins: {
    pure: 'compileFunction getCacheUsage hasCachedBuiltins importBuiltinSourceTextModule setInternalLoaders',
  },
  cares_wrap: {
    recorded: 'ChannelWrap GetAddrInfoReqWrap GetNameInfoReqWrap QueryReqWrap getaddrinfo getnameinfo',
    pure: 'canonicalizeIP convertIpv6StringToBuffer strerror',
  },
  config: {
    pure: 'getDefaultLocale',
  },
  contextify: {
    pure: 'ContextifyScript compileFunction compileFunctionForCJSLoader containsModuleSyntax makeContext',
    recorded: 'startSigintWatchdog stopSigintWatchdog watchdogHasPendingSigint',
    real: 'measureMemory',
  },
  credentials: {
    recorded: names(
      'getTempDir getegid geteuid getgid getgroups getuid initgroups safeGetenv setegid seteuid setgid setgroups',
      'setuid',
    ),
  },
  crypto: {
    recorded: names(
      'AESCipherJob Argon2Job CShakeJob ChaCha20Poly1305CipherJob CheckPrimeJob DHBitsJob DHKeyExportJob',
      'DhKeyPairGenJob DsaKeyPairGenJob ECDHBitsJob ECKeyExportJob EcKeyPairGenJob HKDFJob HashJob HmacJob',
      'KEMDecapsulateJob KEMEncapsulateJob KangarooTwelveJob KmacJob NamedKeyPairGenJob NidKeyPairGenJob PBKDF2Job',
      'RSACipherJob RSAKeyExportJob RandomBytesJob RandomPrimeJob RsaKeyPairGenJob ScryptJob SecretKeyGenJob',
      'SignJob TurboShakeJob createCryptoKeyClass getExtraCACertificates getSystemCACertificates privateEncrypt',
      'publicEncrypt secureHeapUsed startLoadingCertificatesOffThread',
    ),
    pure: names(
      'CipherBase DiffieHellman DiffieHellmanGroup ECDH ECDHConvertKey Hash Hmac KeyObjectHandle Mac SecureContext',
      'Sign Verify certExportChallenge certExportPublicKey certVerifySpkac createNativeKeyObjectClass',
      'createX509CertificateClass getBundledRootCertificates getCachedAliases getCachedMacAliases',
      'getCertificateCompressionAlgorithms getCipherInfo getCiphers getCryptoKeySlots getCurves getFipsCrypto',
      'getFipsCryptoGeneration getHashes getKeyObjectSlots getMacs getOpenSSLSecLevelCrypto getPqcKeyTypes',
      'getSSLCiphers getUserRootCertificates internalVerifyIntegrity isCryptoKey isKeyObject isX509Certificate',
      'oneShotDigest parsePKCS12 parseX509 privateDecrypt publicDecrypt resetRootCertStore secureBuffer',
      'setFipsCrypto setupFipsIndicatorChannel statelessDH testFipsCrypto timingSafeEqual',
    ),
    refused: 'setEngine',
  },
  encoding_binding: {
    pure: 'decodeUTF8 decodeWindows1252 encodeInto encodeUtf8String toASCII toUnicode',
  },
  errors: {
    pure: names(
      'getErrorSourcePositions noSideEffectsToString setEnhanceStackForFatalException setGetSourceMapErrorSource',
      'setMaybeCacheGeneratedSourceMap setPrepareStackTraceCallback setSourceMapsEnabled triggerUncaughtException',
    ),
  },
  fs: {
    recorded: names(
      'CpDirJob FSReqCallback FileHandle ReadFileJob StatWatcher WriteFileJob access chmod chown close copyFile',
      'cpSyncCheckPaths cpSyncCopyDir cpSyncOverrideFile existsSync fchmod fchown fdatasync fstat fsync ftruncate',
      'futimes getFormatOfExtensionlessFile internalModuleStat lchown legacyMainResolve link lstat lutimes mkdir',
      'mkdtemp open openFileHandle read readBuffers readFileUtf8 readdir readdirRecursive readlink realpath rename',
      'rmSync rmdir stat statfs symlink unlink utimes writeBuffer writeBuffers writeFileUtf8 writeString',
    ),
  },
  fs_dir: {
    recorded: 'DirHandle opendir opendirSync',
  },
  fs_event_wrap: {
    recorded: 'FSEvent',
  },
  heap_utils: {
    recorded: 'createHeapSnapshotStream triggerHeapSnapshot',
    refused: 'buildEmbedderGraph',
  },
  http2: {
    recorded: 'Http2Session Http2Stream nghttp2ErrorString packSettings refreshDefaultSettings setCallbackFunctions',
  },
  http_parser: {
    recorded: 'ConnectionsList',
    pure: 'HTTPParser',
  },
  icu: {
    pure: 'decode getConverter getStringWidth hasConverter icuErrName transcode',
  },
  inspector: {
    recorded: 'isEnabled open url waitForDebugger',
    real: names(
      'Connection MainThreadConnection asyncTaskCanceled asyncTaskFinished asyncTaskScheduled asyncTaskStarted',
      'callAndPauseOnStart consoleCall emitProtocolEvent putNetworkResource registerAsyncHook',
      'setConsoleExtensionInstaller setupNetworkTracking',
    ),
  },
  js_stream: {
    recorded: 'JSStream',
  },
  messaging: {
    recorded: names(
      'MessageChannel MessagePort broadcastChannel drainMessagePort moveMessagePortToContext receiveMessageOnPort',
      'stopMessagePort',
    ),
    pure: names(
      'DOMException QuotaExceededError exposeLazyDOMExceptionProperty setDeserializerCreateObjectFunction',
      'structuredClone',
    ),
  },
  mksnapshot: {
    pure: names(
      'compileSerializeMain runEmbedderPreload setDeserializeCallback setDeserializeMainFunction',
      'setSerializeCallback',
    ),
  },
  module_wrap: {
    pure: names(
      'ModuleWrap createRequiredModuleFacade setImportMetaResolveInitializer setImportModuleDynamicallyCallback',
      'setInitializeImportMetaObjectCallback throwIfPromiseRejected',
    ),
  },
  modules: {
    recorded: names(
      'getNearestParentPackageJSON getNearestParentPackageJSONType getPackageScopeConfig getPackageType',
      'readPackageJSON',
    ),
    pure: 'parsePackageJSON setLazyPathHelpers',
    real: 'enableCompileCache flushCompileCache getCompileCacheDir getCompileCacheEntry saveCompileCacheEntry',
  },
  options: {
    pure: names(
      'getCLIOptionsInfo getCLIOptionsValues getEmbedderOptions getEnvOptionsInputType getNamespaceOptionsInputType',
      'getOptionsAsFlags',
    ),
  },
  os: {
    recorded: names(
      'getAvailableParallelism getCPUs getFreeMem getHomeDirectory getHostname getInterfaceAddresses getLoadAvg',
      'getOSInformation getPriority getTotalMem getUptime getUserInfo setPriority',
    ),
  },
  performance: {
    recorded: names(
      'createELDHistogram installGarbageCollectionTracking loopIdleTime now removeGarbageCollectionTracking',
      'setupObservers uvMetricsInfo',
    ),
    pure: 'Histogram SlidingWindowHistogram markBootstrapComplete notify',
  },
  permission: {
    pure: 'drop has',
  },
  pipe_wrap: {
    recorded: 'Pipe PipeConnectWrap',
  },
  process_methods: {
    recorded: names(
      '_getActiveHandles _getActiveRequests _kill availableMemory chdir constrainedMemory cpuUsage cwd dlopen',
      'getActiveResourcesInfo hrtime hrtimeBigInt loadEnvFile memoryUsage reallyExit resourceUsage rss',
      'threadCpuUsage umask uptime _debugEnd _debugProcess',
    ),
    pure: 'patchProcessObject setEmitWarningSync',
    real: '_rawDebug abort causeSegfault dlopenBinary execve resetStdioForTesting',
  },
  process_wrap: {
    recorded: 'Process',
  },
  profiler: {
    recorded: 'stopCoverage takeCoverage',
    real: 'endCoverage setCoverageDirectory setSourceMapCacheGetter startCoverage',
  },
  report: {
    recorded: names(
      'getCompact getDirectory getExcludeEnv getExcludeNetwork getFilename getReport getSignal shouldReportOnFatalError',
      'shouldReportOnSignal writeReport',
    ),
    real: names(
      'setCompact setDirectory setExcludeEnv setExcludeNetwork setFilename setReportOnFatalError setReportOnSignal',
      'setReportOnUncaughtException setSignal shouldReportOnUncaughtException',
    ),
  },
  sea: {
    real: 'getAsset getAssetKeys isExperimentalSeaWarningNeeded isSea isVfsEnabled',
  },
  serdes: {
    pure: 'Deserializer Serializer',
  },
  signal_wrap: {
    recorded: 'Signal',
  },
  spawn_sync: {
    recorded: 'spawn',
  },
  sqlite: {
    recorded: 'DatabaseSync Session StatementSync backup',
  },
  stream_pipe: {
    recorded: 'StreamPipe',
  },
  stream_wrap: {
    recorded: 'ShutdownWrap WriteWrap',
  },
  string_decoder: {
    pure: 'decode flush',
  },
  task_queue: {
    pure: 'enqueueMicrotask runMicrotasks setPromiseRejectCallback setTickCallback',
  },
  tcp_wrap: {
    recorded: 'TCP TCPConnectWrap',
  },
  timers: {
    recorded: 'getLibuvNow scheduleTimer',
    pure: 'setupTimers toggleImmediateRef toggleTimerRef',
  },
  tls_wrap: {
    recorded: 'TLSWrap wrap',
  },
  trace_events: {
    real: names(
      'CategorySet getCategoryEnabledBuffer getEnabledCategories hasAgent isTraceCategoryEnabled',
      'setTraceCategoryStateUpdateHandler trace',
    ),
  },
  tty_wrap: {
    recorded: 'TTY isTTY',
  },
  types: {
    pure: names(
      'isAnyArrayBuffer isArgumentsObject isArrayBuffer isAsyncFunction isBigIntObject isBooleanObject',
      'isBoxedPrimitive isDataView isDate isExternal isGeneratorFunction isGeneratorObject isMap isMapIterator',
      'isModuleNamespaceObject isNativeError isNumberObject isPromise isProxy isRegExp isSet isSetIterator',
      'isSharedArrayBuffer isStringObject isSymbolObject isWeakMap isWeakSet',
    ),
  },
  udp_wrap: {
    recorded: 'SendWrap UDP',
  },
  url: {
    pure: 'canParse domainToASCII domainToUnicode format getOrigin parse pathToFileURL update',
  },
  util: {
    recorded: 'guessHandleType sleep',
    pure: names(
      'arrayBufferViewHasBuffer constructSharedArrayBuffer defineLazyProperties getCallSites getCallerLocation',
      'getConstructorName getExternalValue getOwnNonIndexProperties getPromiseDetails getProxyDetails',
      'getSharedArrayBufferGrowable isAnyArrayBuffer isArrayBuffer isArrayBufferView isAsyncFunction isDataView',
      'isDate isExternal isInsideNodeModules isMap isMapIterator isNativeError isPromise isRegExp isSet',
      'isSetIterator isTypedArray isUint8Array markPromiseAsHandled parseEnv previewEntries',
    ),
  },
  uv: {
    pure: 'errname getErrorMap getErrorMessage',
  },
  v8: {
    recorded: names(
      'GCProfiler getCppHeapStatistics getHashSeed setHeapProfileNearHeapLimit setHeapSnapshotNearHeapLimit',
      'startCpuProfile startHeapProfile stopCpuProfile stopHeapProfile updateHeapCodeStatisticsBuffer',
      'updateHeapSpaceStatisticsBuffer updateHeapStatisticsBuffer',
    ),
    pure: 'cachedDataVersionTag isStringOneByteRepresentation setFlagsFromString',
  },
  wasi: {
    refused: 'WASI',
  },
  wasm_web_api: {
    pure: 'setImplementation',
  },
  watchdog: {
    real: 'TraceSigintWatchdog',
  },
  webstorage: {
    real: 'Storage',
  },
  worker: {
    recorded: 'Worker getEnvMessagePort',
  },
  zlib: {
    pure: 'BrotliDecoder BrotliEncoder Zlib ZstdCompress ZstdDecompress crc32',
  },
  cjs_lexer: {
    pure: 'parse',
  },
  diagnostics_channel: {
    pure: 'linkNativeChannel notifyChannelActive notifyChannelInactive',
  },
  ipc_serdes: {
    pure: 'deserialize serialize',
  },
  locks: {
    real: 'query request',
  },
  url_pattern: {
    pure: 'URLPattern',
  },
  ffi: {
    refused: names(
      'DynamicLibrary exportBytes getCurrentEventLoop getFloat32 getFloat64 getInt16 getInt32 getInt64 getInt8',
      'getRawPointer getUint16 getUint32 getUint64 getUint8 setFloat32 setFloat64 setInt16 setInt32 setInt64',
      'setInt8 setUint16 setUint32 setUint64 setUint8 toArrayBuffer toBuffer toString',
    ),
  },
};

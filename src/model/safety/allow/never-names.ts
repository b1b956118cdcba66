/**
 * What a team cannot allow without saying that it knows (`unsafe: true`), and how a finding words what it does. A name
 * that is missing here is still refused: only the allow-list lets a name pass.
 */
export interface Danger {
  /** Follows “it”: `runs a program`. */
  readonly does: string
  readonly why: string
}

export interface NeverNames extends Danger {
  /** Names by module, separated by white space. */
  readonly names?: Readonly<Record<string, string>>
  /** Modules with everything in and below them, separated by white space. */
  readonly modules?: string
}

const shells = 'popen popen2 popen3 popen4 startfile system'
const programs =
  'execl execle execlp execlpe execv execve execvp execvpe fork forkpty posix_spawn posix_spawnp spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe'
const deletes = 'chmod chown link makedirs mkdir remove removedirs rename renames replace rmdir symlink truncate unlink'

export const neverNames: readonly NeverNames[] = [
  {
    does: 'runs a shell command',
    why: 'Whoever loads the file runs any command that its author wrote into it.',
    names: {
      'asyncio.subprocess': 'create_subprocess_shell',
      asyncio: 'create_subprocess_shell',
      commands: 'getoutput getstatus getstatusoutput',
      nt: shells,
      os: shells,
      platform: 'popen',
      posix: shells,
      subprocess: 'getoutput getstatusoutput',
    },
  },
  {
    does: 'runs a program',
    why: 'Whoever loads the file runs any program that its author chose.',
    names: {
      asyncio: 'create_subprocess_exec',
      nt: programs,
      os: programs,
      posix: programs,
      pty: 'fork spawn',
      subprocess: 'Popen call check_call check_output run',
    },
  },
  {
    does: 'changes or deletes files',
    why: 'It overwrites programs and deletes data of whoever loads the file.',
    names: {nt: deletes, os: deletes, posix: deletes, shutil: 'copy copyfile copytree move rmtree'},
  },
  {
    does: 'reaches the operating system: programs, files, or the process itself',
    why: 'Whoever loads the file runs any command that its author wrote into it.',
    modules: `
      _aix_support _osx_support _posixsubprocess _winapi asyncio antigravity commands crypt distutils ensurepip
      multiprocessing nt os pexpect pip popen2 posix pty setuptools subprocess venv webbrowser wsgiref
      numpy.distutils torch.distributed.elastic torch.distributed.launch torch.distributed.run torch.multiprocessing
      torch.utils.collect_env`,
    names: {
      platform: '_syscmd_file _syscmd_processor _syscmd_uname _syscmd_ver architecture',
      uuid: '_find_mac _get_command_stdout _ifconfig_getter _ip_getter _arp_getter _lanscan_getter _netstat_getter',
      'ctypes.util': 'find_library',
    },
  },
  {
    does: 'runs program text, or makes code from it',
    why: 'The text is the author’s own program; nothing limits what it does.',
    modules: `
      _frozen_importlib _frozen_importlib_external bdb cProfile cloudpickle code codeop dill doctest idlelib lib2to3 marshal pdb
      profile pyclbr py_compile compileall runpy symtable timeit trace unittest test
      jax.experimental.host_callback llvmlite lxml.objectify mako.template networkx.utils.decorators numba
      numexpr numpy.f2py numpy.testing pandas.core.computation sympy sphinx
      scipy.stats._continuous_distns scipy.stats._discrete_distns scipy.stats._distn_infrastructure
      torch._dynamo torch._inductor torch._functorch torch.compiler torch.export torch.fx torch.jit torch.onnx
      torch.package torch.testing torch.utils._config_module torch.utils.bottleneck torch.utils.data.datapipes torch.utils.model_dump triton`,
    names: {
      ast: 'parse compile',
      builtins: 'compile eval exec execfile',
      collections: 'namedtuple',
      dataclasses: 'make_dataclass _create_fn _set_new_attribute',
      jinja2: 'Environment Template',
      'numpy.core.tests': 'runstring',
      pandas: 'eval',
      pydoc: 'pipepager tempfilepager pager',
      rlcompleter: 'Completer',
      torch: 'compile',
      types: 'CodeType FunctionType LambdaType',
    },
  },
  {
    does: 'reads another pickle, which no one has looked at',
    why: 'What that one does is hidden in bytes, a file or an address, and runs as this one does.',
    modules: `
      _pickle cPickle hickle jsonpickle klepto mlflow.pyfunc pathos pickle pickletools shelve
      joblib.externals keras.src.legacy.saving srsly.cloudpickle xmlrpc zodbpickle`,
    names: {
      joblib: 'load dump Memory Parallel delayed',
      'joblib.memory': 'Memory MemorizedFunc MemorizedResult NotMemorizedFunc',
      'joblib.numpy_pickle': 'load NumpyUnpickler NumpyPickler read_zfile _unpickle dump',
      'joblib.numpy_pickle_compat': 'NDArrayWrapper ZNDArrayWrapper ZipNumpyUnpickler load_compatibility',
      'joblib.parallel': 'Parallel BatchedCalls delayed',
      numpy: 'load DataSource fromregex genfromtxt loadtxt',
      'numpy.lib._npyio_impl': 'load loads NpzFile DataSource genfromtxt loadtxt fromregex',
      'numpy.lib.format': 'read_array open_memmap',
      'numpy.lib.npyio': 'load loads NpzFile DataSource genfromtxt loadtxt fromregex',
      pandas: 'read_pickle HDFStore read_hdf',
      'pandas.compat.pickle_compat': 'load loads Unpickler',
      'pandas.io.pickle': 'read_pickle to_pickle',
      'skorch.classifier': 'NeuralNetBinaryClassifier NeuralNetClassifier',
      'skorch.net': 'NeuralNet',
      'skorch.regressor': 'NeuralNetRegressor',
      skops: 'io',
      'skops.io': 'load loads',
      torch: 'load save',
      'torch.serialization': 'load save _load _legacy_load add_safe_globals',
      'torch.storage': '_load_from_bytes',
    },
  },
  {
    does: 'opens, writes or deletes files',
    why: 'It reads secrets, overwrites programs or fills the disk of whoever loads the file.',
    modules: `
      bz2 configparser dbm filecmp fileinput ftplib glob gzip linecache logging.config logging.handlers lzma mailbox mmap netrc plistlib
      _sqlite3 readline shutil sqlite3 syslog tarfile tempfile zipapp zipfile fsspec h5py pyarrow.fs pyarrow.parquet
      pandas.io sklearn.datasets torch.utils.tensorboard torch.utils.file_baton`,
    names: {
      _io: 'BufferedReader BufferedWriter FileIO open open_code TextIOWrapper',
      builtins: 'open input file raw_input',
      codecs: 'open StreamReaderWriter EncodedFile',
      logging: 'FileHandler basicConfig',
      io: 'BufferedReader BufferedWriter FileIO open open_code TextIOWrapper',
      numpy: 'fromfile memmap save savetxt savez savez_compressed tofile',
      'numpy.core.memmap': 'memmap',
      'numpy._core.memmap': 'memmap',
      'numpy.memmap': 'memmap',
      'numpy.core.records': 'fromfile',
      'numpy.rec': 'fromfile',
      'joblib.numpy_pickle_utils': '_open_memmap BinaryZlibFile',
      'joblib.backports': 'make_memmap',
      pathlib: 'Path.open Path.read_bytes Path.read_text Path.unlink Path.write_bytes Path.write_text',
      pandas:
        'ExcelFile ExcelWriter read_clipboard read_csv read_excel read_feather read_fwf read_html read_json read_orc read_parquet read_sql read_sql_query read_sql_table read_sas read_spss read_stata read_table read_xml',
      torch: 'from_file',
      'xgboost.callback': 'TrainingCheckPoint',
    },
  },
  {
    does: 'reaches the network',
    why: 'It sends what it finds to somebody, or fetches what it then runs.',
    modules: `
      _socket _ssl aiohttp asyncore asynchat boto3 botocore cgi httplib http httpx huggingface_hub imaplib mlflow
      nntplib paramiko poplib requests select selectors smtpd smtplib socket socketserver ssl telnetlib urllib
      urllib2 urllib3 torch.distributed.rpc torch.hub`,
  },
  {
    does: 'imports any module, whose code then runs',
    why: 'The name of the module is the author’s choice, and a module runs when it is imported.',
    modules: '_imp imp importlib pkgutil zipimport pydoc site sitecustomize usercustomize',
    names: {
      builtins: '__import__ __loader__ __spec__ __build_class__ help reload',
      'numpy.core': '_ufunc_reconstruct',
      'numpy._core': '_ufunc_reconstruct',
      'scipy._lib._array_api': 'xp_unsupported_param_msg',
      'torch._utils': 'import_dill',
      'sklearn.utils': 'import_module',
      'sklearn.utils.discovery': 'all_estimators',
    },
  },
  {
    does: 'reaches any attribute of anything, or calls what it is given',
    why: 'With one such step, names that look harmless are put together to run anything.',
    modules:
      '_functools _operator _signal _thread atexit concurrent contextlib operator sched signal threading weakref',
    names: {
      builtins:
        'apply breakpoint callable classmethod delattr dir filter getattr globals hasattr intern iter locals map memoryview next property setattr staticmethod super type vars',
      copyreg: 'pickle __newobj_ex__ add_extension dispatch_table clear_extension_cache _reduce_ex',
      copy_reg: 'pickle add_extension dispatch_table',
      functools: 'cache cached_property lru_cache partialmethod reduce singledispatch wraps update_wrapper',
      itertools: 'accumulate dropwhile filterfalse groupby starmap takewhile',
      numpy: 'apply_along_axis apply_over_axes frompyfunc fromfunction piecewise vectorize',
      'numpy.core._internal': '_ctypes',
      torch: 'vmap',
      types:
        'BuiltinFunctionType BuiltinMethodType DynamicClassAttribute MethodType MethodWrapperType ModuleType new_class prepare_class coroutine',
      'sklearn.utils.metaestimators': 'available_if if_delegate_has_method',
      'sklearn.utils.parallel': 'Parallel delayed _FuncWrapper',
    },
  },
  {
    does: 'calls into machine code, or reads and writes any memory',
    why: 'Nothing that protects a Python program holds there.',
    modules: `
      _ctypes cffi ctypes jaxlib numpy.ctypeslib torch.classes torch.ops torch.utils._cpp_extension_versioner
      torch.utils.cpp_extension tensorflow.python.framework.load_library`,
    names: {
      'numpy.core.multiarray': 'set_typeDict',
      torch: 'frombuffer',
      tensorflow: 'load_library load_op_library',
    },
  },
  {
    does: 'looks into the running program, or changes it',
    why: 'It can replace what other code calls, and take what other code holds.',
    modules: `
      _xxsubinterpreters _interpreters _testcapi _testinternalcapi _pyrepl faulthandler gc
      inspect sys sysconfig tracemalloc traceback _warnings fickling modelscan picklescan`,
    names: {abc: 'ABCMeta _abc_init', types: 'FrameType GeneratorType TracebackType CellType'},
  },
]

/**
 * The names of Python 2 that an unpickler of Python 3 maps to its own while the protocol is below 3 (`fix_imports`).
 * Source: CPython `Lib/_compat_pickle.py`, the union of versions 3.8 to 3.15. Single names come before whole modules.
 */
export function pythonThreeName(module: string, name: string): {readonly module: string; readonly name: string} | null {
  const single = names.get(module)?.get(name)
  if (single !== undefined) return {module: single[0], name: single[1]}
  if (module === 'exceptions' && exceptions.has(name)) return {module: 'builtins', name}
  if (module === 'multiprocessing' && processErrors.has(name)) return {module: 'multiprocessing.context', name}
  const moved = modules.get(module)
  return moved === undefined ? null : {module: moved, name}
}

const modules: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['Queue', 'queue'],
  ['SocketServer', 'socketserver'],
  ['ConfigParser', 'configparser'],
  ['repr', 'reprlib'],
  ['tkFileDialog', 'tkinter.filedialog'],
  ['tkSimpleDialog', 'tkinter.simpledialog'],
  ['tkColorChooser', 'tkinter.colorchooser'],
  ['tkCommonDialog', 'tkinter.commondialog'],
  ['Dialog', 'tkinter.dialog'],
  ['Tkdnd', 'tkinter.dnd'],
  ['tkFont', 'tkinter.font'],
  ['tkMessageBox', 'tkinter.messagebox'],
  ['ScrolledText', 'tkinter.scrolledtext'],
  ['Tkconstants', 'tkinter.constants'],
  ['Tix', 'tkinter.tix'],
  ['ttk', 'tkinter.ttk'],
  ['Tkinter', 'tkinter'],
  ['markupbase', '_markupbase'],
  ['_winreg', 'winreg'],
  ['thread', '_thread'],
  ['dummy_thread', '_dummy_thread'],
  ['dbhash', 'dbm.bsd'],
  ['dumbdbm', 'dbm.dumb'],
  ['dbm', 'dbm.ndbm'],
  ['gdbm', 'dbm.gnu'],
  ['xmlrpclib', 'xmlrpc.client'],
  ['SimpleXMLRPCServer', 'xmlrpc.server'],
  ['httplib', 'http.client'],
  ['htmlentitydefs', 'html.entities'],
  ['HTMLParser', 'html.parser'],
  ['Cookie', 'http.cookies'],
  ['cookielib', 'http.cookiejar'],
  ['BaseHTTPServer', 'http.server'],
  ['test.test_support', 'test.support'],
  ['commands', 'subprocess'],
  ['urlparse', 'urllib.parse'],
  ['robotparser', 'urllib.robotparser'],
  ['urllib2', 'urllib.request'],
  ['anydbm', 'dbm'],
  ['_abcoll', 'collections.abc'],
  ['cPickle', 'pickle'],
  ['_elementtree', 'xml.etree.ElementTree'],
  ['FileDialog', 'tkinter.filedialog'],
  ['SimpleDialog', 'tkinter.simpledialog'],
  ['DocXMLRPCServer', 'xmlrpc.server'],
  ['SimpleHTTPServer', 'http.server'],
  ['CGIHTTPServer', 'http.server'],
  ['UserDict', 'collections'],
  ['UserList', 'collections'],
  ['UserString', 'collections'],
  ['whichdb', 'dbm'],
  ['StringIO', 'io'],
  ['cStringIO', 'io'],
])

type Renamed = readonly (readonly [name: string, module: string, newName: string])[]

const names: ReadonlyMap<string, ReadonlyMap<string, readonly [module: string, name: string]>> = new Map(
  Object.entries<Renamed>({
    __builtin__: [
      ['xrange', 'builtins', 'range'],
      ['reduce', 'functools', 'reduce'],
      ['intern', 'sys', 'intern'],
      ['unichr', 'builtins', 'chr'],
      ['unicode', 'builtins', 'str'],
      ['long', 'builtins', 'int'],
      ['basestring', 'builtins', 'str'],
    ],
    itertools: [
      ['izip', 'builtins', 'zip'],
      ['imap', 'builtins', 'map'],
      ['ifilter', 'builtins', 'filter'],
      ['ifilterfalse', 'itertools', 'filterfalse'],
      ['izip_longest', 'itertools', 'zip_longest'],
    ],
    UserDict: [
      ['IterableUserDict', 'collections', 'UserDict'],
      ['UserDict', 'collections', 'UserDict'],
    ],
    UserList: [['UserList', 'collections', 'UserList']],
    UserString: [['UserString', 'collections', 'UserString']],
    whichdb: [['whichdb', 'dbm', 'whichdb']],
    _socket: [['fromfd', 'socket', 'fromfd']],
    socket: [['_socketobject', 'socket', 'SocketType']],
    _multiprocessing: [['Connection', 'multiprocessing.connection', 'Connection']],
    'multiprocessing.process': [['Process', 'multiprocessing.context', 'Process']],
    'multiprocessing.forking': [['Popen', 'multiprocessing.popen_fork', 'Popen']],
    urllib: [
      ['ContentTooShortError', 'urllib.error', 'ContentTooShortError'],
      ['getproxies', 'urllib.request', 'getproxies'],
      ['pathname2url', 'urllib.request', 'pathname2url'],
      ['quote_plus', 'urllib.parse', 'quote_plus'],
      ['quote', 'urllib.parse', 'quote'],
      ['unquote_plus', 'urllib.parse', 'unquote_plus'],
      ['unquote', 'urllib.parse', 'unquote'],
      ['url2pathname', 'urllib.request', 'url2pathname'],
      ['urlcleanup', 'urllib.request', 'urlcleanup'],
      ['urlencode', 'urllib.parse', 'urlencode'],
      ['urlopen', 'urllib.request', 'urlopen'],
      ['urlretrieve', 'urllib.request', 'urlretrieve'],
    ],
    urllib2: [
      ['HTTPError', 'urllib.error', 'HTTPError'],
      ['URLError', 'urllib.error', 'URLError'],
    ],
    exceptions: [['StandardError', 'builtins', 'Exception']],
  }).map(([module, renamed]) => [module, new Map(renamed.map(([from, to, name]) => [from, [to, name] as const]))]),
)

const exceptions: ReadonlySet<string> = new Set(
  `ArithmeticError AssertionError AttributeError BaseException BufferError BytesWarning DeprecationWarning EOFError
  EnvironmentError Exception FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
  IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError NameError NotImplementedError OSError
  OverflowError PendingDeprecationWarning ReferenceError RuntimeError RuntimeWarning StopIteration SyntaxError
  SyntaxWarning SystemError SystemExit TabError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
  UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning WindowsError
  ZeroDivisionError`.split(/\s+/),
)

const processErrors: ReadonlySet<string> = new Set([
  'AuthenticationError',
  'BufferTooShort',
  'ProcessError',
  'TimeoutError',
])

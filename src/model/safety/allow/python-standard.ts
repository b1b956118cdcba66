/** Python’s own values. */
import {type AllowedNames, container, handedOn} from './entry.ts'

const context = 'Python'

export const pythonStandard: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Constructors of plain values. They convert, copy or walk through what they are given; all that they can call is the conversion of an object that is itself made of names of this list.',
    uses: ['call', 'new', 'state', 'items', 'reference'],
    names: {
      _io: 'BytesIO StringIO',
      builtins: 'bool bytearray bytes complex dict float frozenset int list range set slice str tuple',
      collections: 'Counter OrderedDict deque',
      datetime: 'date datetime time timedelta timezone',
      decimal: 'Decimal',
      fractions: 'Fraction',
      pathlib: 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
      'pathlib._local': 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
      uuid: 'SafeUUID UUID',
    },
  },
  {
    context,
    reason:
      'A dictionary that calls its factory, without arguments, for a missing key. The factory has to be a name of this list that may be handed on.',
    uses: [...container, 'call'],
    names: {collections: 'defaultdict'},
  },
  {
    context,
    reason: 'The class of every object, handed on to copyreg._reconstructor; making one of it makes nothing.',
    uses: ['new', 'call', 'reference'],
    names: {builtins: 'object'},
  },
  {
    context,
    reason: 'Constants; they have nothing that could be called.',
    uses: handedOn,
    names: {builtins: 'Ellipsis False None NotImplemented True'},
  },
  {
    context,
    reason:
      'How protocols 0 to 2 write an object: cls.__new__, then the constructor of a built-in base. The class stands in the list on its own account, and is judged by what is done with it.',
    uses: ['call'],
    names: {copyreg: '_reconstructor __newobj__'},
  },
  {
    context,
    reason:
      'How protocol 2 writes bytes: a text encoded to latin1. An encoding is looked up by name among Python’s codecs; a hostile name finds no module outside the package “encodings”, for names with a dot are passed over.',
    uses: ['call'],
    names: {_codecs: 'encode'},
  },
  {
    context,
    reason: 'Plain attributes of an object.',
    uses: ['call', 'new', 'state'],
    names: {argparse: 'Namespace', types: 'SimpleNamespace'},
  },
  {
    context,
    reason:
      'A logger, found or made by its name; it writes to what the service has set up. It is shared by the whole process, so it may not be given a state.',
    uses: ['call'],
    names: {logging: 'getLogger'},
  },
  {
    context,
    reason:
      'Binds arguments to what is called later: check_array in pickles of scikit-learn, a norm in whole modules of torch. Anything else that is bound must be a name of this list that may be handed on.',
    uses: ['call', 'state', 'reference'],
    beside: ['sklearn.utils.validation.check_array', 'torch.nn.modules.normalization.LayerNorm'],
    names: {functools: 'partial'},
  },
]

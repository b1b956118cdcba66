/**
 * Names that lead from any value to the interpreter: attributes of Python's data model, of frames, generators and code
 * objects (docs.python.org/3/library/inspect.html, "Types and members"), and what Jinja keeps of itself.
 */
const internals = new Set(
  `
  __abstractmethods__ __annotations__ __base__ __bases__ __builtins__ __call__ __class__ __closure__ __code__
  __context__ __defaults__ __delattr__ __dict__ __dir__ __enter__ __exit__ __file__ __format__ __func__ __get__
  __getattr__ __getattribute__ __getitem__ __globals__ __import__ __init__ __init_subclass__ __kwdefaults__
  __loader__ __main__ __module__ __mro__ __new__ __objclass__ __path__ __reduce__ __reduce_ex__ __self__
  __self_class__ __set__ __setattr__ __setstate__ __spec__ __subclasscheck__ __subclasses__ __subclasshook__
  __thisclass__ __traceback__ __type_params__ __weakref__ __wrapped__
  func_globals func_code func_closure func_defaults im_class im_func im_self
  gi_code gi_frame gi_yieldfrom cr_code cr_frame cr_await ag_code ag_frame ag_await
  f_back f_builtins f_code f_globals f_locals tb_frame tb_next co_consts co_names mro
  `
    .trim()
    .split(/\s+/),
)

/** Whether an attribute of this name is one of Python's own. Every name between double underscores is. */
export function isInternal(name: string): boolean {
  return internals.has(name) || /^__\w+__$/.test(name) || /^_[A-Za-z]\w*?__\w/.test(name)
}

/** The first of the known names with double underscores inside a text, as in `{0.__class__}`. */
export function internalIn(text: string): string | null {
  for (let at = text.indexOf('__'); at >= 0; at = text.indexOf('__', at + 1)) {
    const name = /^__[a-z]+(?:_[a-z]+)*__/.exec(text.slice(at, at + 32))?.[0]
    if (name !== undefined && internals.has(name)) return name
  }
  return null
}

/** Objects that web frameworks and Jinja put into every template, and that no chat template is given. */
export const hostObjects: ReadonlySet<string> = new Set(
  'application app config current_app g get_flashed_messages lipsum request self session url_for'.split(' '),
)

"""What users do with steps in Python: lines that must give the same in both programs."""

from __future__ import annotations

from parity.model_cases import ModelCase

_MINE = """
class Mine(Step):
    spec = '''
    a = float(default=1.0)
    b = string(default='x')
    '''
    def process(self, init):
        self.seen = (self.input_dir, self.suffix, self.make_input_path('y.fits'))
        return self.prepare_output(init)
class Both(Pipeline):
    class_alias = 'both'
    prefetch_references = False
    spec = "note = string(default='n')"
    step_defs = {'mine': Mine, 'dq_init': DQInitStep}
    def process(self, init):
        return self.mine.run(self.prepare_output(init))
"""
_ASDF = """#ASDF 1.0.0
#ASDF_STANDARD 1.6.0
%YAML 1.1
%TAG ! tag:stsci.edu:asdf/
--- !core/asdf-1.1.0
asdf_library: !core/software-1.0.0 {author: The ASDF Developers, homepage: 'http://github.com',
  name: asdf, version: 4.0.0}
"""
_NEW = """class: jwst.stpipe.Pipeline
name: both
parameters: {note: file}
steps:
- class: jwst.stpipe.Step
  name: mine
  parameters: {a: 2.5, b: null}
- class: jwst.dq_init.DQInitStep
  name: dq_init
  parameters: {skip: true}
...
"""
_OLD = """parameters:
  class: jwst.stpipe.Pipeline
  name: both
  note: file
  steps:
    mine: {class: jwst.stpipe.Step, a: 2.5}
    dq_init: {class: jwst.dq_init.DQInitStep, skip: true}
...
"""
_RESULT = "s = Both.from_config_section(Both.build_config(None, config_file='p.asdf')[0])\n"
_RESULT += "s.note, s.mine.a, s.mine.b, s.dq_init.skip, s.name"
_KEPT = "d = s.get_pars(); d.pop('force', None)\nd"


def _file(text: str) -> str:
    return f"open('p.asdf', 'w').write({_ASDF + text!r})\n"


STEP_CASES = tuple(
    ModelCase(f"step-{name}", _MINE + code)
    for name, code in {
        # a path wherever a parameter is set
        "path-set": "s = DQInitStep(); s.override_mask = Path(reference())\n"
        "r = s.run(exposure())\nos.path.basename(r.meta.ref_file.mask.name), "
        "r.meta.cal_step.dq_init, r.dq.tolist() if r.hasattr('dq') else r.pixeldq.tolist()",
        "path-reference": "s = DQInitStep(); s.override_mask = Path(reference())\n"
        "type(s.get_reference_file(dm.open(exposure()), 'mask')).__name__",
        "path-input": "r = DQInitStep.call(Path(exposure()), override_mask=reference(), "
        "suffix='z', configure_log=False, save_results=True)\nsorted(os.listdir('.'))",
        # input
        "input-dir": "Mine().input_dir, Mine(input_dir='q').input_dir",
        "input-dir-in-run": "s = Mine(); s.run(exposure())\ns.seen, s.input_dir, s.suffix",
        "input-dir-in-pipeline": "p = Both(); p.run(exposure())\np.mine.seen, p.mine.input_dir",
        "make-input-path": "s = Mine(input_dir='q')\n"
        "[s.make_input_path(each) for each in ('x.fits', 'r/x.fits', 3, None)]",
        "primary-input": "s = Mine(); s.set_primary_input('d/a.fits'); s.set_primary_input('b')\n"
        "s.default_output_file(), s.input_dir",
        "primary-input-again": "s = Mine(); s.set_primary_input('a')\n"
        "s.set_primary_input('b', exclusive=False)\ns.default_output_file()",
        "primary-input-model": "s = Mine(); s.set_primary_input(dm.open(exposure()))\n"
        "s.default_output_file()",
        "default-output-file": "Mine().default_output_file(), Mine().default_output_file('a')",
        # products
        "suffixes": "Mine().default_suffix(), Mine('Foo').default_suffix(), "
        "Mine().remove_suffix('x_cal'), Mine().remove_suffix('x-uncal'), Mine().suffix",
        "save-model": "Mine().save_model(dm.RampModel((1, 2, 3, 4)))",
        "save-model-force": "Mine().save_model(dm.open(exposure()), force=True)",
        "save-model-asked": "Mine(save_results=True).save_model(dm.open(exposure()), 'i2d')",
        "save-model-name": "Mine().save_model(dm.open(exposure()), output_file='u.fits')",
        "name": "DQInitStep.call(exposure(), name='Foo', override_mask=reference(), "
        "save_results=True, configure_log=False)\nsorted(os.listdir('.'))",
        "name-of-own": "Mine.call(exposure(), name='Foo', save_results=True, configure_log=False)\n"
        "sorted(os.listdir('.'))",
        "search-output-file": "Mine(search_output_file=False, save_results=True).run(exposure())\n"
        "sorted(os.listdir('.'))",
        "search-output-file-own": "Mine(search_output_file=False, output_file='v')"
        ".run(exposure())\n"
        "sorted(os.listdir('.'))",
        "search-output-file-part": "p = Both(output_file='v.fits', save_results=True, "
        "steps={'mine': {'save_results': True, 'search_output_file': False}})\n"
        "p.run(exposure())\nsorted(os.listdir('.'))",
        "finalize": "class Last(DQInitStep):\n"
        "    def finalize_result(self, result, used):\n"
        "        super().finalize_result(result, used)\n"
        "        self.used = [(kind, os.path.basename(name)) for kind, name in used]\n"
        "s = Last(override_mask=reference()); s.run(exposure())\ns.used",
        "status": "import jwst.stpipe as st; m = dm.RampModel((1, 2, 3, 4))\n"
        "st.record_step_status(m, 'dq_init', False)\n"
        "st.query_step_status(m, 'dq_init'), st.query_step_status(m, 'nope')",
        # parameters
        "pars": "Mine().get_pars(), Mine(b='c').get_pars(full_spec=False)",
        "pars-pipeline": "Both(steps={'mine': {'a': 3.5}}).get_pars(full_spec=False)",
        "reference-types": "Both().reference_file_types, Mine.get_config_reftype()",
        "override": "s = DQInitStep(override_mask='N/A')\n"
        "s.get_ref_override('mask'), DQInitStep().get_ref_override('mask')",
        "override-pipeline": "p = Both(steps={'dq_init': {'override_mask': 'm.fits'}})\n"
        "os.path.relpath(p.get_ref_override('mask'))",
        "spec": "d = DQInitStep.load_spec_file()\nsorted(d), d['user_supplied_dq'], "
        "d['override_mask']",
        "spec-pipeline": "d = Both.load_spec_file()['steps']['mine']\nsorted(d), d['config_file']",
        "build": "open('p.cfg', 'w').write('a = 2\\nb = file\\n')\n"
        "c, f = Mine.build_config(None, config_file='p.cfg', b='call'); dict(c), f",
        "section": "s = Mine.from_config_section(ConfigObj({'a': '2', 'name': 'q'}))\n"
        "s.a, s.name, s.b",
        "section-pipeline": "p = Both.from_config_section("
        "ConfigObj({'steps': {'mine': {'a': '7'}}}))\np.mine.a, p.mine.name",
        "crds-disabled": "dict(Mine.get_config_from_reference(exposure(), disable=True))",
        "log": "import warnings; warnings.simplefilter('ignore')\n"
        "Mine('foo').log.name, Both().mine.log.name, Both().mine.qualified_name",
        # files of parameters
        "asdf-pipeline": f"{_file(_NEW)}{_RESULT}",
        "asdf-pipeline-old": f"{_file(_OLD)}{_RESULT}",
        "asdf-written": "LinearityStep(suffix='w').export_config('w.asdf')\n"
        f"s = LinearityStep.from_config_file('w.asdf')\n{_KEPT}",
        "asdf-written-pipeline": "p = Both(note='w', steps={'mine': {'a': 3.5}})\n"
        "p.export_config('p.asdf')\n"
        "c = Both.build_config(None, config_file='p.asdf')[0]\n"
        "c['note'], c['steps']['mine']['a'], c['steps']['dq_init']['skip']",
        "ours-is-read": "p = shared + '/lin.cfg'\n"
        "os.path.exists(p) or LinearityStep(suffix='w').export_config(p)\n"
        f"s = LinearityStep.from_config_file(p)\n{_KEPT}",
        "ours-is-read-asdf": "p = shared + '/lin.asdf'\n"
        "os.path.exists(p) or LinearityStep(suffix='w').export_config(p)\n"
        f"s = LinearityStep.from_config_file(p)\n{_KEPT}",
    }.items()
)

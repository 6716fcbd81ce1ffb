"""The detectors, in the order in which they run. A new one is one file and one line here."""

from __future__ import annotations

from failsight.engine.detector import Detector
from failsight.engine.detectors.conflicting_context import ConflictingContext
from failsight.engine.detectors.context_ignored import ContextIgnored
from failsight.engine.detectors.degenerate_repetition import DegenerateRepetition
from failsight.engine.detectors.fabricated_citation import FabricatedCitation
from failsight.engine.detectors.factual_contradiction import FactualContradiction
from failsight.engine.detectors.goal_drift import GoalDrift
from failsight.engine.detectors.harmful_compliance import HarmfulCompliance
from failsight.engine.detectors.insufficient_context import InsufficientContext
from failsight.engine.detectors.invalid_tool_arguments import InvalidToolArguments
from failsight.engine.detectors.irrelevant_context import IrrelevantContext
from failsight.engine.detectors.jailbreak_attempt import JailbreakAttempt
from failsight.engine.detectors.json_schema import JsonSchemaOutput
from failsight.engine.detectors.missing_tool_call import MissingToolCall
from failsight.engine.detectors.over_refusal import OverRefusal
from failsight.engine.detectors.pii_leak import PiiLeak
from failsight.engine.detectors.premature_termination import PrematureTermination
from failsight.engine.detectors.prompt_injection import PromptInjection
from failsight.engine.detectors.secret_leak import SecretLeak
from failsight.engine.detectors.step_repetition import StepRepetition
from failsight.engine.detectors.tool_error_unhandled import ToolErrorUnhandled
from failsight.engine.detectors.tool_output_misused import ToolOutputMisused
from failsight.engine.detectors.toxic_output import ToxicOutput
from failsight.engine.detectors.truncated_output import TruncatedOutput
from failsight.engine.detectors.unnecessary_tool_call import UnnecessaryToolCall
from failsight.engine.detectors.unsupported_factual_claim import UnsupportedFactualClaim
from failsight.engine.detectors.verifiable_instructions import VerifiableInstructions
from failsight.engine.detectors.wrong_entity_or_number import WrongEntityOrNumber
from failsight.engine.detectors.wrong_intent_resolution import WrongIntentResolution
from failsight.engine.detectors.wrong_tool_selected import WrongToolSelected
from failsight.registry import Registry

DETECTORS: Registry[Detector] = Registry(
    "detector",
    (
        DegenerateRepetition(),
        TruncatedOutput(),
        VerifiableInstructions(),
        JsonSchemaOutput(),
        WrongIntentResolution(),
        InvalidToolArguments(),
        WrongToolSelected(),
        MissingToolCall(),
        UnnecessaryToolCall(),
        ToolOutputMisused(),
        ToolErrorUnhandled(),
        StepRepetition(),
        PrematureTermination(),
        GoalDrift(),
        UnsupportedFactualClaim(),
        FactualContradiction(),
        WrongEntityOrNumber(),
        FabricatedCitation(),
        ContextIgnored(),
        IrrelevantContext(),
        OverRefusal(),
        PromptInjection(),
        JailbreakAttempt(),
        PiiLeak(),
        SecretLeak(),
        ToxicOutput(),
        HarmfulCompliance(),
        InsufficientContext(),
        ConflictingContext(),
    ),
)

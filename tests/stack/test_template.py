"""template.yaml keeps our promises: rights, queues, timeouts, logs, routes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handoff.connectors.registry import vendors
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.dispatch import trigger_of
from handoff.pipeline.notices import Ended
from handoff.pipeline.steps import NIGHTLY
from handoff.storage import tables
from handoff.storage.grants import PURPOSE as GRANT_PURPOSE
from handoff.storage.hooks import SIGNING_PURPOSE
from handoff.storage.notices import DynamoNoticeStore
from handoff.wiring.notices import METRICS
from sandbox.local import count, template
from sandbox.local.paths import ROOT, TEMPLATE
from tests.builders import platform_settings
from tests.stack.roles import LOADED, ROLES, SENDING, actions, as_list, resource_of, statements, targets

FUNCTIONS = template.resources(LOADED, "AWS::Serverless::Function")
QUEUES = template.resources(LOADED, "AWS::SQS::Queue")
TABLES = template.resources(LOADED, "AWS::DynamoDB::Table")
GLOBALS = LOADED["Globals"]["Function"]
CALLING_VENDORS = ("FetchChanges", "PostRecords", "ReconcilePeriod", "ConnectAccount")


def sending(role: str) -> list[dict[str, Any]]:
    found = (statement for policy in ROLES[role]["Policies"] for statement in policy["PolicyDocument"]["Statement"])
    return [statement for statement in found if statement["Action"] == SENDING]


def role_of(function: str) -> str:
    return str(FUNCTIONS[function]["Role"]["Fn::GetAtt"][0])


def environment_of(function: str) -> dict[str, Any]:
    own = FUNCTIONS[function].get("Environment", {}).get("Variables", {})
    return {**GLOBALS["Environment"]["Variables"], **own}


def test_the_functions_are_the_ones_the_design_names() -> None:
    assert set(FUNCTIONS) == {
        "DispatchSyncs",
        "FetchChanges",
        "PostRecords",
        "ReconcilePeriod",
        "Console",
        "ReceiveWebhook",
        "SendNotices",
        "ConnectAccount",
    }


def test_every_function_runs_on_python_3_13_of_the_chosen_architecture() -> None:
    assert GLOBALS["Runtime"] == "python3.13"
    assert GLOBALS["Architectures"] == [{"Ref": "Architecture"}]
    assert LOADED["Parameters"]["Architecture"]["Default"] == "arm64"
    assert not any({"Runtime", "Architectures", "Layers"} & set(function) for function in FUNCTIONS.values())


@pytest.mark.parametrize("layer", ["RuntimeLayer", "HandoffLayer"])
def test_layers_are_built_for_the_chosen_architecture(layer: str) -> None:
    resource = LOADED["Resources"][layer]
    assert resource["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    assert resource["Metadata"] == {"BuildMethod": "python3.13", "BuildArchitecture": {"Ref": "Architecture"}}
    assert (ROOT / resource["Properties"]["ContentUri"] / "requirements.txt").is_file()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_bounded_time_and_memory(function: str) -> None:
    settings = {**GLOBALS, **FUNCTIONS[function]}
    assert 0 < settings["Timeout"] < LEASE.total_seconds()  # a live lease means that somebody may be at work
    assert settings["MemorySize"] == 512


def test_the_console_answers_before_api_gateway_gives_up() -> None:
    assert FUNCTIONS["Console"]["Timeout"] <= 29


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_queue_hides_a_message_at_least_as_long_as_its_function_may_run(function: str) -> None:
    timeout = {**GLOBALS, **FUNCTIONS[function]}["Timeout"]
    for (owner, _), source in template.function_events(LOADED, "SQS").items():
        if owner == function:
            queue = source["Queue"]["Fn::GetAtt"][0]
            assert QUEUES[queue]["VisibilityTimeout"] >= timeout


def test_sources_report_failed_messages_one_by_one() -> None:
    sources = template.function_events(LOADED, "SQS")
    assert len(sources) == 3
    for source in sources.values():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        # a second message of the same group would stay hidden after the first one failed
        assert source["BatchSize"] == 1


def test_every_queue_is_fifo_per_group_and_gives_up_into_a_dead_letter_queue() -> None:
    dead_letters = {
        queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in QUEUES.values()
        if "RedrivePolicy" in queue
    }
    for name, queue in QUEUES.items():
        assert queue["FifoQueue"] is True
        assert queue["SqsManagedSseEnabled"] is True
        if name in dead_letters:
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        else:
            assert queue["RedrivePolicy"]["maxReceiveCount"] == 8
            assert queue["DeduplicationScope"] == "messageGroup"
            assert queue["FifoThroughputLimit"] == "perMessageGroupId"
            assert queue["ContentBasedDeduplication"] is False


def test_every_queue_has_an_alarm_for_dead_letters_that_lie_or_messages_that_wait() -> None:
    alarms = template.resources(LOADED, "AWS::CloudWatch::Alarm").values()
    watched = {
        (alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0], alarm["MetricName"])
        for alarm in alarms
        if alarm["Namespace"] == "AWS/SQS"
    }
    lies, waits = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
    assert watched == {(name, waits if "RedrivePolicy" in queue else lies) for name, queue in QUEUES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_no_role_has_a_wildcard_action_or_resource(role: str) -> None:
    assert "ManagedPolicyArns" not in ROLES[role]
    for statement in statements(role):
        assert not any("*" in action for action in as_list(statement["Action"]))
        for arn in as_list(statement["Resource"]):
            assert isinstance(arn, dict), f"{arn} is not the ARN of a resource of ours"
            assert resource_of(arn) in LOADED["Resources"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_role_of_its_own(function: str) -> None:
    assert role_of(function) == f"{function}Role"


def test_only_those_that_call_vendors_reach_grants_and_their_key() -> None:
    reaching = {
        role
        for role in ROLES
        if any(
            resource_of(arn) in ("GrantsTable", "GrantsKey")
            for statement in statements(role)
            for arn in as_list(statement["Resource"])
        )
    }
    assert reaching - {"ConsoleRole", "ReceiveWebhookRole"} == {f"{function}Role" for function in CALLING_VENDORS}
    for function in ("Console", "ReceiveWebhook"):
        assert "GRANTS_TABLE_NAME" not in environment_of(function)
    for function in ("DispatchSyncs", "SendNotices"):
        assert not any(name.startswith("GRANTS") for name in environment_of(function))
        assert not any(action.startswith("kms:") for action in actions(role_of(function)))


@pytest.mark.parametrize(
    ("role", "action"), [("ReceiveWebhookRole", "kms:Decrypt"), ("ConsoleRole", "kms:GenerateDataKey")]
)
def test_signing_keys_are_sealed_by_one_and_opened_by_the_other_and_neither_reaches_a_grant(
    role: str, action: str
) -> None:
    """The purpose stands in the context of all that is encrypted; without it, or with another, nothing opens."""
    (allowed,) = [one for one in statements(role) if any(name.startswith("kms:") for name in as_list(one["Action"]))]
    assert as_list(allowed["Action"]) == [action]
    assert allowed["Condition"] == {"StringEqualsIfExists": {"kms:EncryptionContext:purpose": SIGNING_PURPOSE}}
    assert SIGNING_PURPOSE != GRANT_PURPOSE
    assert not any(resource_of(arn) == "GrantsTable" for one in statements(role) for arn in as_list(one["Resource"]))


def test_dispatch_reads_the_table_and_queues_fetches_and_no_more() -> None:
    assert targets("DispatchSyncsRole", "sqs") == {("sqs:SendMessage", "FetchQueue")}
    reads = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    assert targets("DispatchSyncsRole", "dynamodb") == {(action, "Table") for action in reads}


def test_webhooks_are_kept_and_their_hints_queued_and_no_more() -> None:
    assert targets("ReceiveWebhookRole", "sqs") == {("sqs:SendMessage", "PostQueue")}
    assert targets("ReceiveWebhookRole", "dynamodb") == {("dynamodb:GetItem", "Table"), ("dynamodb:PutItem", "Table")}


def test_what_the_internet_reaches_without_a_ticket_sees_addresses_and_adds_events_and_nothing_else_of_a_tenant() -> (
    None
):
    at = {
        action: one["Condition"]
        for one in statements("ReceiveWebhookRole")
        for action in as_list(one["Action"])
        if action.startswith("dynamodb:")
    }
    assert at == {
        "dynamodb:GetItem": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#hooks"]}},
        "dynamodb:PutItem": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#events"]}},
    }
    assert tables.hooks_pk("klitrose").endswith("#hooks")
    assert tables.events_pk("klitrose", "invoices").endswith("#events")


@pytest.mark.parametrize(("role", "own_queue"), [("FetchChangesRole", "FetchQueue"), ("PostRecordsRole", "PostQueue")])
def test_a_worker_takes_from_its_own_queue_and_sends_to_all(role: str, own_queue: str) -> None:
    take = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
    send = {("sqs:SendMessage", queue) for queue in ("FetchQueue", "PostQueue", "NoticeQueue")}
    assert targets(role, "sqs") == {(action, own_queue) for action in take} | send
    assert targets(role, "kms") == {("kms:Decrypt", "GrantsKey"), ("kms:GenerateDataKey", "GrantsKey")}


def test_notices_are_taken_from_their_queue_and_only_their_own_items_are_written() -> None:
    take = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
    assert targets("SendNoticesRole", "sqs") == {(action, "NoticeQueue") for action in take}
    touched = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem"}
    assert targets("SendNoticesRole", "dynamodb") == {(action, "Table") for action in touched}
    (writing,) = (one for one in statements("SendNoticesRole") if "dynamodb:PutItem" in as_list(one["Action"]))
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#notices"]}}
    assert DynamoNoticeStore.PARTITION == "notices"


def test_mail_is_sent_by_one_function_and_from_one_address() -> None:
    """M6.5: the sender is the platform's, whatever a message says."""
    assert [role for role in ROLES if sending(role)] == ["SendNoticesRole"]
    (right,) = sending("SendNoticesRole")
    assert right["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "NoticesFrom"}}}
    address, domain = right["Resource"]
    identity = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/"
    assert address == {"Fn::Sub": identity + "${NoticesFrom}"}
    last = {"Fn::Select": [1, {"Fn::Split": ["@", {"Fn::Sub": "${NoticesFrom}@"}]}]}
    assert domain == {"Fn::Join": ["", [{"Fn::Sub": identity}, last]]}


def test_failures_are_gathered_before_anybody_is_told() -> None:
    assert QUEUES["NoticeQueue"]["DelaySeconds"] == {"Ref": "NoticeDelaySeconds"}
    assert LOADED["Parameters"]["NoticeDelaySeconds"]["Default"] == 60
    for function in ("FetchChanges", "PostRecords", "SendNotices"):
        assert environment_of(function)["NOTICE_QUEUE_URL"] == {"Ref": "NoticeQueue"}
        assert environment_of(function)["NOTICE_DELAY_SECONDS"] == {"Ref": "NoticeDelaySeconds"}
    assert LOADED["Parameters"]["NoticesFrom"]["Default"] == ""


def test_the_alarm_on_refused_mail_watches_the_metric_as_it_is_written() -> None:
    alarm = template.resources(LOADED, "AWS::CloudWatch::Alarm")["NoticesRefusedAlarm"]
    assert alarm["Namespace"] == GLOBALS["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["MetricName"] == METRICS[Ended.REFUSED]


def test_the_console_starts_runs_and_asks_for_reconciliations_and_takes_no_messages() -> None:
    assert targets("ConsoleRole", "sqs") == {("sqs:SendMessage", "FetchQueue")}
    assert targets("ConsoleRole", "lambda") == {("lambda:InvokeFunction", "ReconcilePeriod")}


def test_the_set_up_pages_begin_a_look_and_note_pairs_and_take_no_messages() -> None:
    assert targets("ConnectAccountRole", "sqs") == {("sqs:SendMessage", "FetchQueue")}
    assert targets("ConnectAccountRole", "lambda") == set()
    named = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "PartiQLUpdate")
    on_records = {action for action, target in targets("ConnectAccountRole", "dynamodb") if target == "Table"}
    assert on_records == {f"dynamodb:{name}" for name in named}


def test_a_reconciliation_reads_records_and_changes_none() -> None:
    reads = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    on_records = {action for action, target in targets("ReconcilePeriodRole", "dynamodb") if target == "Table"}
    assert on_records == reads
    assert targets("ReconcilePeriodRole", "sqs") == set()


def test_what_the_console_waits_for_ends_before_it_does() -> None:
    assert FUNCTIONS["ReconcilePeriod"]["Timeout"] < FUNCTIONS["Console"]["Timeout"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_use_what_its_environment_names(function: str) -> None:
    named = {
        value["Ref"]
        for value in environment_of(function).values()
        if isinstance(value, dict) and value.get("Ref") in LOADED["Resources"]
    }
    allowed = {
        resource_of(arn) for statement in statements(role_of(function)) for arn in as_list(statement["Resource"])
    }
    assert named <= allowed


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_logs_into_a_group_that_forgets(function: str) -> None:
    group = FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]
    groups = template.resources(LOADED, "AWS::Logs::LogGroup")
    assert groups[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert targets(role_of(function), "logs") == {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


@pytest.mark.parametrize("table", TABLES)
def test_tables_can_be_restored_and_are_not_deleted_by_accident(table: str) -> None:
    assert TABLES[table]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLES[table]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert TABLES[table]["BillingMode"] == "PAY_PER_REQUEST"
    assert LOADED["Resources"][table]["DeletionPolicy"] == "Retain"
    assert LOADED["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_index_of_the_table_holds_keys_only() -> None:
    (index,) = TABLES["Table"]["LocalSecondaryIndexes"]
    assert index["IndexName"] == "by_index"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["pk", "ix"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert TABLES["Table"]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_routes_name_their_verbs() -> None:
    # a method of ANY would answer 403 in the local run
    assert count.declared(LOADED) == count.Wiring(
        routes=frozenset(
            {
                "GET /openapi.json",
                "GET /api/{proxy+}",
                "POST /api/{proxy+}",
                "PUT /api/{proxy+}",
                "GET /hooks/{tenant_id}/{hook_id}/{token}",
                "POST /hooks/{tenant_id}/{hook_id}/{token}",
                "GET /connect/{tenant_id}/{ticket}",
                "POST /connect/{tenant_id}/{ticket}",
                "GET /connect/{tenant_id}/{ticket}/{side}/{way}",
            }
        ),
        event_sources=3,
        rules=0,
        schedules=2,
        machines=1,
    )


def test_a_burst_of_a_thousand_webhooks_is_let_in_whoever_else_calls() -> None:
    """Not every vendor sends again what was answered with 429."""
    settings = LOADED["Resources"]["Api"]["Properties"]["MethodSettings"]
    limits = {(one["ResourcePath"], one["HttpMethod"]): one for one in settings}
    routes = {
        ("/" + event["Properties"]["Path"].replace("/", "~1"), event["Properties"]["Method"])
        for event in FUNCTIONS["ReceiveWebhook"]["Events"].values()
    }
    assert routes <= limits.keys()
    for route in routes:
        assert limits[route]["ThrottlingBurstLimit"] >= 2 * 1000
        assert limits[route]["ThrottlingRateLimit"] >= 1000


def test_the_gateway_writes_no_log_that_would_have_the_tokens_of_webhooks_in_their_paths() -> None:
    api = LOADED["Resources"]["Api"]["Properties"]
    assert "AccessLogSetting" not in api
    assert "TracingEnabled" not in api
    for method in api["MethodSettings"]:
        assert not {"LoggingLevel", "DataTraceEnabled"} & set(method)


def test_the_nightly_schedule_says_which_it_is_as_the_sample_event_does() -> None:
    schedules = template.function_events(LOADED, "ScheduleV2")
    said = {name: json.loads(schedule.get("Input", "{}")) for (_, name), schedule in schedules.items()}
    sample = json.loads((ROOT / "events" / "dispatch_syncs" / "nightly.json").read_text("utf-8"))
    assert said == {"Hourly": {}, "Nightly": sample}
    assert trigger_of(sample) == NIGHTLY


def test_the_alarm_on_differences_watches_the_metric_as_it_is_written() -> None:
    alarm = template.resources(LOADED, "AWS::CloudWatch::Alarm")["ReconciliationDifferencesAlarm"]
    said = GLOBALS["Environment"]["Variables"]
    assert alarm["Namespace"] == said["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": said["POWERTOOLS_SERVICE_NAME"]}]
    assert alarm["MetricName"] in (ROOT / "layers/handoff/handoff/observability.py").read_text("utf-8")


def test_vendors_are_reached_at_their_own_addresses_unless_told_otherwise() -> None:
    for name in ("VendorSettings", "VendorSecrets"):
        assert LOADED["Parameters"][name]["Default"] == "{}"
        for function in CALLING_VENDORS:
            assert {"Ref": name} in environment_of(function).values()
    assert LOADED["Parameters"]["VendorSecrets"]["NoEcho"] is True
    for vendor in vendors().values():
        defaults = platform_settings().of_vendor(vendor.name, vendor.settings).model_dump()
        assert all(str(url).startswith("https://") for name, url in defaults.items() if name.endswith("_url"))


def test_the_template_has_no_yaml_aliases() -> None:
    # CloudFormation itself does not read them
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if ": *" in line or ": &" in line]

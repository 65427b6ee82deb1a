namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>Each row of docs/asyncio.md has a verdict, and a test that shows it; each behaviour of asyncio that is to hold here has a test.</summary>
public sealed class AsyncioTests
{
    private static readonly string[] Verdicts = ["same", "differs", "not meaningful", "planned"];

    private static readonly string[][] Rows =
    [
        .. Repository.Read("docs/asyncio.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
    ];

    // The tests that pin asyncio's behaviours, of Lib/test/test_asyncio in CPython 3.13. One of each line is repeated by a test here.
    private const string Behaviours = """
        test_task_basics
        test_cancel
        test_cancelling
        test_cancel_with_message_before_starting_task
        test_cancel_with_message_then_future_result
        test_cancel_with_message_then_future_exception
        test_cancel_task_catching
        test_cancel_task_ignoring
        test_cancel_current_task
        test_yield_future_passes_cancel
        test_cancel_inner_future
        test_cancel_both_task_and_inner_future
        test_cancel_yield
        test_task_cancel_sleeping_task
        test_sleep_cancel
        test_cancellation_exception_context
        test_uncancel_basic
        test_uncancel_structured_blocks
        test_baseexception_during_cancel
        test_task_set_methods
        test_set_result_causes_invalid_state
        test_task_awaits_on_itself
        test_current_task
        test_current_task_with_interleaving_tasks
        test_context_1 test_context_2 test_context_3 test_context_4 test_context_5 test_context_6
        test_task_repr
        test_bare_create_named_task
        test_log_destroyed_pending_task
        test_tb_logger_not_called_after_cancel
        test_create_task_with_noncoroutine
        test_ensure_future_task
        test_ensure_future_neither
        test_exception_traceback
        test_task_source_traceback
        test_sleep
        test_sleep_zero
        test_sleep_when_delay_is_nan
        test_success
        test_one_exception
        test_return_exceptions
        test_result_exception_one_cancellation
        test_cancellation_broadcast
        test_cancel_gather_1
        test_constructor_empty_sequence_use_running_loop
        test_exception_marking
        test_wait
        test_wait_first_completed
        test_wait_really_done
        test_wait_first_exception
        test_wait_first_exception_in_wait
        test_wait_with_timeout
        test_wait_concurrent_complete
        test_wait_with_exception
        test_wait_duplicate_coroutines
        test_wait_errors
        test_wait_invalid_args
        test_as_completed
        test_as_completed_same_tasks_in_as_out
        test_as_completed_with_timeout
        test_as_completed_with_unused_timeout
        test_as_completed_reverse_wait
        test_as_completed_concurrent
        test_as_completed_duplicate_coroutines
        test_shield_effect
        test_shield_cancel_inner
        test_shield_exception
        test_shield_result
        test_shield_shortcut
        test_run_in_executor
        test_to_thread
        test_to_thread_once
        test_to_thread_concurrent
        test_to_thread_contextvars
        test_run_coroutine_threadsafe
        test_run_coroutine_threadsafe_with_timeout
        test_run_coroutine_threadsafe_task_cancelled
        test_taskgroup_01 test_taskgroup_02
        test_taskgroup_03
        test_cancel_children_on_child_error test_taskgroup_04
        test_cancellation test_taskgroup_07
        test_taskgroup_08
        test_taskgroup_09 test_taskgroup_10
        test_taskgroup_11 test_taskgroup_12 test_taskgroup_13 test_taskgroup_14
        test_taskgroup_18
        test_taskgroup_19
        test_taskgroup_23
        test_taskgroup_24 test_taskgroup_25
        test_taskgroup_no_create_task_after_failure
        test_taskgroup_context_manager_exit_raises
        test_taskgroup_already_entered test_taskgroup_double_enter test_taskgroup_not_entered test_taskgroup_finished
        test_timeout_basic
        test_outer_task_is_not_cancelled
        test_nested_timeouts
        test_timeout_disabled
        test_timeout_zero
        test_timeout_zero_sleep_zero
        test_timeout_in_the_past_sleep_zero
        test_foreign_exception_passed
        test_foreign_exception_on_timeout
        test_foreign_cancel_doesnt_timeout_if_not_expired
        test_reschedule
        test_timeout_expired test_timeout_expiring test_timeout_finished test_timeout_not_entered
        test_timeout_taskgroup
        test_wait_for
        test_wait_for_waits_for_task_cancellation
        test_wait_for_timeout_less_then_0_or_0_future_done
        test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started
        test_wait_for_race_condition
        test_cancel_wait_for
        test_cancel_blocking_wait_for
        test_shielded_timeout
        test_zero_timeout
        test_acquire
        test_acquire_cancel
        test_cancel_race
        test_cancel_release_race
        test_release_not_acquired
        test_context_manager
        test_clear_with_waiters
        test_wait_on_set
        test_wait_cancel
        test_wait_unacquired test_notify_unacquired test_notify_all_unacquired
        test_notify
        test_wait_for_unacquired
        test_wait_cancel_contested
        test_cancelled_error_re_aquire
        test_timeout_in_block
        test_explicit_lock
        test_acquire_fifo_order
        test_acquire_fifo_order_2
        test_acquire_fifo_order_3
        test_acquire_fifo_order_4
        test_acquire_hang test_acquire_no_hang
        test_initial_value_zero test_semaphore_value
        test_barrier_parties
        test_filling_task_by_task test_filling_tasks_wait_twice
        test_filling_tasks_check_return_value
        test_filling_tasks_cancel_one
        test_blocking_tasks_while_draining
        test_reset_barrier_while_tasks_waiting
        test_abort_barrier
        test_abort_barrier_when_tasks_half_draining_half_blocking
        test_abort_barrier_when_exception_then_resetting
        test_asyncio_run_return
        test_asyncio_run_raises
        test_asyncio_run_cancels_hanging_tasks
        test_asyncio_run_reports_hanging_tasks_errors
        test_asyncio_run_from_running_loop
        test_asyncio_run_only_coro
        test_asyncio_run_debug
        test_run_keeps_context
        test_explicit_close test_double_close test_second_with_block_raises
        test_interrupt_wait
        test_interrupt_call_soon
        test_interrupt_cancelled_task
        test_order
        test_maxsize
        test_nonblocking_get_exception
        test_nonblocking_put_exception
        test_get_cancelled_race
        test_get_cancel_drop_many_pending_readers
        test_put_cancel_drop
        test_cancelled_getters_not_being_held_in_self_getters
        test_cancelled_puts_not_being_held_in_self_putters
        test_why_are_getters_waiting
        test_why_are_putters_waiting
        test_get_with_waiting_putters
        test_task_done_underflow
        test_task_done
        test_join_empty_queue
        test_shutdown_empty
        test_shutdown_nonempty
        test_shutdown_immediate
        test_shutdown_immediate_with_unfinished
        """;

    [Fact]
    public void Every_row_has_a_verdict_and_the_test_that_shows_it()
    {
        var rows = Rows.Where(row => row.Length == 5 && row[0] != "asyncio").ToArray();
        Assert.True(rows.Length > 90, $"The page has only {rows.Length} rows.");
        Assert.All(rows, row =>
        {
            Assert.Contains(row[2], Verdicts);
            if (row[2] is "same" or "differs") Assert.True(TestSources.Named(row[4]).Any(), $"{row[0]} names no test.");
            else Assert.Empty(row[4]);
            // What has no meaning or differs says why, or what there is instead.
            if (row[2] != "same") Assert.True(row[1] != "" || row[3] != "", $"{row[0]} says nothing.");
        });
    }

    [Fact]
    public void Every_table_has_its_columns() => Assert.All(Rows, row => Assert.Contains(row.Length, (int[])[2, 3, 5]));

    [Fact]
    public void Every_test_named_exists() => Assert.All(Rows.SelectMany(row => row).SelectMany(TestSources.Named), TestSources.AssertExists);

    [Fact]
    public void Every_behaviour_has_a_test() =>
        Assert.All(Behaviours.Split('\n'), line => Assert.True(line.Split(' ').Any(TestSources.CPython.Contains), $"No test repeats {line}."));
}

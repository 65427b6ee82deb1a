namespace OrleansAsync.Scenarios;

/// <summary>The tutorial's table of contents: what the menu and the guide are grouped by.</summary>
internal static class TutorialContents
{
    /// <summary>The entries, in the tutorial's order.</summary>
    public static IReadOnlyList<TutorialEntry> All { get; } =
    [
        .. new (string Title, string[] Commands)[]
        {
            ("The Event Loop: Your Program's Traffic Director", ["loop list", "loop watch ID"]),
            ("async def: Defining Coroutines", []),
            ("asyncio.run(): Your Entry Point", []),
            ("await: Yielding Control", []),
            ("await vs Just Calling", []),
            ("asyncio.Task and asyncio.create_task(): Concurrent Execution", []),
            ("The Mental Model of Task Concurrency", ["scenario run 05-create-task-concurrent", "pstree"]),
            ("Task vs Coroutine: Understanding the Difference", ["scenario run 01-defining-coroutines", "scenario run 05-create-task-concurrent"]),
            ("asyncio.gather(): Coordinating Multiple Coroutines", []),
            ("asyncio.gather() vs asyncio.wait()", []),
            ("asyncio.sleep(): Non-Blocking Delays", []),
            ("Timeouts and Cancellation", ["cancel TASK_ID"]),
            ("asyncio.timeout() for Timeouts", []),
            ("Task.cancel() for Manual Cancellation", []),
            ("Bridging Sync and Async: run_in_executor()", []),
            ("Event Loop Internals", ["loop watch ID --turns"]),
            ("Putting It Together: A Real-World Example", []),
            ("Common Asyncio Mistakes", []),
            ("Common Pitfalls", []),
            ("Pitfall 1: Forgetting to await", []),
            ("Pitfall 2: Mixing async and sync", []),
            ("Pitfall 3: Blocking in a coroutine", []),
            ("The Event Loop Under the Hood", []),
            ("Advanced: Understanding Task States and Transitions", ["ps"]),
            ("Race Conditions and Task Ordering", []),
            ("Exception Handling in Async Code", []),
            ("Async Context Managers: Cleaner Resource Management", []),
            ("Async Context and asyncio.get_running_loop()", []),
            ("Performance Considerations: When to Use Asyncio", ["bench fanout"]),
            ("Debugging and Testing Async Code", ["top"]),
            ("Using asyncio.create_task() for Better Tracebacks", []),
            ("Testing Async Functions", []),
            ("Mocking Async Functions", []),
            ("Comparing the Three Concurrency Models", ["bench models"]),
            ("Asyncio Patterns: Producer-Consumer", ["queue list"]),
            ("Asyncio and Event Loop Policies", []),
            ("Key Takeaways", ["scenario run all"]),
            ("Coroutine Best Practices", []),
            ("1. Keep Coroutines Focused", []),
            ("2. Avoid Nested create_task()", []),
            ("3. Use Type Hints", []),
            ("4. Document Your Async API", []),
            ("Real-World Scenario: Building an Async Web Crawler", ["crawl demo"]),
            ("The Mental Shift: From Thinking Sequentially to Thinking Concurrently", []),
        }.Select((entry, i) => new TutorialEntry(i + 1, entry.Title, entry.Commands)),
    ];
}

/// <summary>An entry of the tutorial's table of contents.</summary>
/// <param name="Number">Its number there.</param>
/// <param name="Title">Its title, which is the section of its scenarios.</param>
/// <param name="Commands">What else shows it: arguments of oa.</param>
internal sealed record TutorialEntry(int Number, string Title, IReadOnlyList<string> Commands)
{
    /// <summary>Gets its scenarios.</summary>
    public IEnumerable<Scenario> Scenarios => ScenarioCatalog.All.Where(scenario => scenario.Section == Title);
}

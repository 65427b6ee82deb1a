using OrleansAsync.Execution;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Tests.Unit.Scenarios;

public sealed class ScenarioCheckTests
{
    private const string AB = """
          1.060  A
          1.061  B
          1.500  end
        # exit=0 wall=1.58s  CPython 3.11.7
        """;

    [Fact]
    public void What_CPython_printed_passes() => Assert.Null(ScenarioCheck.Lines(new Fake(AB), Lines("A@1 B@2 end@0")));

    [Theory]
    [InlineData("B@2 A@1 end@0", null)]
    [InlineData("B@1 A@1 end@0", "'B' comes before 'A', both of one loop")]
    [InlineData("A@1 end@0 B@2", "line 2 is 'end' instead of 'B'")]
    [InlineData("A@1 A@1 end@0", "line 2 is 'A' instead of 'B'")]
    [InlineData("A@1 B@2", "2 lines instead of 3: 'end' is missing")]
    [InlineData("A@1", "1 lines instead of 3: 'B' is missing")]
    [InlineData("A@1 B@2 end@0 more@0", "4 lines instead of 3: 'more' is too much")]
    [InlineData("", "0 lines instead of 3: 'A' is missing")]
    public void Only_what_came_at_the_same_time_from_loops_of_their_own_may_change_places(string printed, string? difference) =>
        Assert.Equal(difference, ScenarioCheck.Lines(new Fake(AB), Lines(printed)));

    [Fact]
    public void Lines_of_one_task_keep_their_order() =>
        Assert.Equal("'B' comes before 'A', both of one task", ScenarioCheck.Lines(new Fake(AB), [Line("B", "t", "1"), Line("A", "t", "2"), Line("end", "t", "1")]));

    [Fact]
    public void A_set_may_come_in_any_order()
    {
        var scenario = new Fake(AB) { Any = [0..3] };
        Assert.Null(ScenarioCheck.Lines(scenario, Lines("end@0 B@0 A@0")));
        Assert.Equal("line 3 is 'B' instead of 'A'", ScenarioCheck.Lines(scenario, Lines("end@0 B@0 B@0")));
    }

    [Fact]
    public void A_counterpart_takes_the_place_of_the_lines_it_stands_for()
    {
        var scenario = new Fake(AB) { Instead = [new(0..2, "^[0-9]+ letters$")] };
        Assert.Null(ScenarioCheck.Lines(scenario, Lines("2_letters@0 end@0")));
        Assert.Equal("line 1 is 'two letters' instead of ^[0-9]+ letters$", ScenarioCheck.Lines(scenario, Lines("two_letters@0 end@0")));
    }

    [Fact]
    public void What_a_scenario_demands_besides_is_checked() =>
        Assert.Equal("no", ScenarioCheck.Lines(new Fake(AB) { Demand = "no" }, Lines("A@1 B@2 end@0")));

    [Theory]
    [InlineData(1.1, "concurrent")]
    [InlineData(1.9, "concurrent")]
    [InlineData(2.1, "sequential")]
    [InlineData(3.2, "sequential")]
    public void The_shape_is_what_the_time_is_nearer_to(double seconds, string shape) => Assert.Equal(shape, ScenarioCheck.Shape(new Fake(AB) { Waits = [1, 1, 1] }, seconds));

    [Fact]
    public void One_delay_has_no_shape() => Assert.Null(ScenarioCheck.Shape(new Fake(AB) { Waits = [1] }, 1));

    [Theory]
    [InlineData("loop 1 was blocked", 1, null)]
    [InlineData("loop 1 was busy", 1, "nothing was reported like ^loop .* was blocked$")]
    [InlineData("loop 1 was busy", 0.1, null)]
    public void What_the_product_must_report_is_checked_unless_the_run_is_too_fast_for_it(string report, double timeScale, string? missing) =>
        Assert.Equal(missing, ScenarioCheck.Missing(new Fake(AB) { Expected = ["^loop .* was blocked$"] }, [report], timeScale).SingleOrDefault());

    private static ScenarioLine[] Lines(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((part, index) => Line(part.Split('@')[0].Replace('_', ' '), $"task {index}", part.Split('@')[1]))];

    private static ScenarioLine Line(string text, string task, string loop) => new(task, 1, task, loop, text);

    private sealed class Fake(string transcript) : Scenario
    {
        public IReadOnlyList<Range> Any { get; init; } = [];
        public IReadOnlyList<Counterpart> Instead { get; init; } = [];
        public IReadOnlyList<double> Waits { get; init; } = [];
        public string? Demand { get; init; }
        public IReadOnlyList<string> Expected { get; init; } = [];
        public override string Name => "00-fake";
        public override string Section => "";
        public override string Snippet => "";
        public override string Transcript => transcript;
        public override string Notice => "";
        public override double Duration => 1;
        public override IReadOnlyList<Range> Sets => Any;
        public override IReadOnlyList<Counterpart> Counterparts => Instead;
        public override IReadOnlyList<double> Delays => Waits;
        public override IReadOnlyList<string> Reports => Expected;
        public override string? Check(IReadOnlyList<string> lines) => Demand;
        public override Task RunAsync(IClusterLoop loop) => Task.CompletedTask;
    }
}

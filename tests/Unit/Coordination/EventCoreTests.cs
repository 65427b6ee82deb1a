using CsCheck;
using OrleansAsync.Coordination;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>An event against a flag and a set of who waits.</summary>
public sealed class EventCoreTests
{
    private static readonly Gen<(char What, int Whom)[]> Events = Gen.Select(Gen.Int[0, 11].Select(i => "aaaaasscvlll"[i]), Gen.Int[0, 1000]).Array[0, 40];

    [Fact]
    public void Whoever_waits_when_it_is_set_goes_on_even_if_the_answer_is_lost() => Events.Sample(
        events =>
        {
            var model = new CoreModel(() => new EventCore());
            var isSet = false;
            // By arrival: whether it has gone on.
            SortedDictionary<long, bool> waits = [];
            foreach (var (what, whom) in events)
            {
                switch (what)
                {
                    case 'a':
                        waits[model.Ask(EventVerb.Wait).Arrival] = isSet;
                        break;
                    case 's':
                        model.Ask(EventVerb.Set);
                        isSet = true;
                        foreach (var arrival in waits.Keys.ToArray()) waits[arrival] = true;
                        break;
                    case 'c':
                        model.Ask(EventVerb.Clear);
                        isSet = false;
                        break;
                    case 'v' when waits.Count > 0:
                        var gone = waits.Keys.ElementAt(whom % waits.Count);
                        model.Withdraw(model.All.Single(request => request.Arrival == gone));
                        waits.Remove(gone);
                        break;
                    case 'l':
                        // Of those who come back, all have missed their answers.
                        bool Survives(Asked request) => (request.Arrival + whom) % 4 != 0 && request.Verb == (int)EventVerb.Wait;
                        foreach (var lost in model.All.Where(request => !Survives(request))) waits.Remove(lost.Arrival);
                        model.Lose(Survives, _ => true);
                        if (isSet) foreach (var arrival in waits.Keys.ToArray()) waits[arrival] = true;
                        break;
                }
                Assert.Equal(isSet ? 1 : 0, model.Ask(EventVerb.CountSet).Answer.Value);
                model.All.RemoveAll(request => request.Verb != (int)EventVerb.Wait);
                Assert.Equal(waits, model.All.Select(request => KeyValuePair.Create(request.Arrival, request.IsAnswered)).OrderBy(pair => pair.Key));
            }
        },
        iter: 3_000);
}

using CsCheck;
using OrleansAsync.Coordination;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>A barrier against a list of who waits and a record of what each was told.</summary>
public sealed class BarrierCoreTests
{
    private static readonly Gen<(char What, int Whom)[]> Events = Gen.Select(Gen.Int[0, 13].Select(i => "aaaaaaaarbvlll"[i]), Gen.Int[0, 1000]).Array[0, 50];

    [Fact]
    public void It_opens_for_exactly_its_parties_and_tells_each_once() => Gen.Select(Gen.Int[1, 4], Events).Sample(
        (parties, events) =>
        {
            var model = new CoreModel(() => new BarrierCore(parties));
            var (isBroken, generation) = (false, 0);
            List<long> line = [];
            // By arrival: what it was told, and when.
            Dictionary<long, (Answer Answer, int Generation)> told = [];
            foreach (var (what, whom) in events)
            {
                switch (what)
                {
                    case 'a':
                        var asked = model.Ask(BarrierVerb.Wait);
                        if (isBroken) told[asked.Arrival] = (new(AnswerKind.Broken), generation);
                        else line.Add(asked.Arrival);
                        break;
                    case 'r' or 'b':
                        model.Ask(what == 'r' ? BarrierVerb.Reset : BarrierVerb.Abort);
                        foreach (var arrival in line) told[arrival] = (new(AnswerKind.Broken), generation);
                        line.Clear();
                        isBroken = what == 'b';
                        break;
                    case 'v' when line.Count > 0:
                        var gone = line[whom % line.Count];
                        line.Remove(gone);
                        model.Withdraw(model.All.Single(request => request.Arrival == gone));
                        break;
                    case 'l':
                        Lose(whom);
                        break;
                }
                Open();
                Check();
            }

            void Lose(int seed)
            {
                // Of those who come back, all have missed their answers.
                bool Survives(Asked request) => (request.Arrival + seed) % 4 != 0 && request.Verb == (int)BarrierVerb.Wait;
                line.RemoveAll(arrival => !Survives(model.All.Single(request => request.Arrival == arrival)));
                model.Lose(Survives, _ => true);
                foreach (var request in model.All.Where(request => told.ContainsKey(request.Arrival)))
                {
                    var (answer, when) = told[request.Arrival];
                    // What came before the last generation is not remembered, but nobody waits for what is over.
                    Assert.True(request.IsAnswered);
                    if (answer.Kind != AnswerKind.Broken && when < generation) Assert.NotEqual(AnswerKind.Ok, request.Answer.Kind);
                    else Assert.Equal(answer, request.Answer);
                    told[request.Arrival] = (request.Answer, when);
                }
            }

            void Open()
            {
                if (line.Count < parties) return;
                generation++;
                for (var i = 0; i < parties; i++) told[line[i]] = (new(AnswerKind.Ok, i), generation);
                line.Clear();
            }

            void Check()
            {
                var status = model.Ask(BarrierVerb.CountWaiting).Answer;
                Assert.Equal((isBroken ? AnswerKind.Broken : AnswerKind.Ok, line.Count), (status.Kind, status.Value));
                model.All.RemoveAll(request => request.Verb != (int)BarrierVerb.Wait);
                Assert.Equal(line, model.Waiting.Select(request => request.Arrival));
                Assert.All(model.All.Where(request => request.IsAnswered), request => Assert.Equal(told[request.Arrival].Answer, request.Answer));
            }
        },
        iter: 3_000);
}

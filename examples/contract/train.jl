text = read(ENV["VARVE_PARAMS"], String) # or JSON.parsefile
param(name) = parse(Float64, match(Regex("\"$name\": ([^,\n]*)"), text)[1])

open(ENV["VARVE_METRICS"], "a") do metrics
    for step in 1:Int(param("steps"))
        println(metrics, """{"step": $step, "loss": $(param("alpha") / step)}""")
        flush(metrics)
    end
    println(metrics, """{"tags": {"language": "Julia"}}""")
end
write(joinpath(ENV["VARVE_ARTIFACTS"], "summary.txt"), "alpha was $(param("alpha"))\n")

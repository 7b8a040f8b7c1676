print("tsload")
